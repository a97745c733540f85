"""Tables of text cells → typed rows of an entity, and the rows that fail with their reasons.

In two steps, so that hundreds of small files are typed together: `gather` renames the cells of
one file, `type_cells` types those of many.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from ingestion.amount_remarks import REMARKS, doubtful_amounts, remarks_of
from ingestion.bounds import BOUNDS, PAST_TIMES, distant_days
from ingestion.cell_reasons import NAME, NO_NAME, PLACEHOLDER
from ingestion.columns import Column, Entity, Kind
from ingestion.headers import AS_PAID, Mapping
from ingestion.own_columns import own_columns
from ingestion.parse import ColumnReader, Manner, read_columns
from ingestion.reasons import FileRefused
from ingestion.replies.formulas import restore
from ingestion.strange_values import foreign_values, invalid_contacts, phone_ids
from ingestion.tables import MAX_SHOWN, PROBLEM_SCHEMA, Table
from ingestion.unclear_headers import refuse_unclear_amounts, refuse_unclear_days
from ingestion.units import unit_of_notes
from ingestion.yen import UNITS

# Columns in which nothing means everything: what is yet to be settled is not everything.
_EMPTY_IS_ALL = frozenset({("commission_terms", "product_id")})
# What costs no row in a column that may be empty, and what is said of it.
_IGNORED = {PLACEHOLDER: "placeholder_ignored", NAME: "name_ignored", NO_NAME: "no_name_ignored"}
# The place of a row among all that are typed together.
_PLACE = "_place"
_FAILURE = {_PLACE: pl.UInt32(), **PROBLEM_SCHEMA}


@dataclass(frozen=True)
class Reading:
    """What must be equal for two files to be typed together. `units`: yen per unit of a column,
    parts of one in a rate."""

    entity: Entity
    units: tuple[tuple[str, int], ...]
    is_workbook: bool
    implied: frozenset[str]

    @property
    def is_upload(self) -> bool:
        """Whether a partner sends it: only their folders say what a file may leave out."""
        return bool(self.implied)

    def manner(self, column: Column) -> Manner:
        is_paid = self.entity.name in AS_PAID
        return Manner(dict(self.units).get(column.name, 1), self.is_workbook, is_paid)


@dataclass(frozen=True)
class Rows:
    """`accepted`: declared and derived columns, `_row_number`, `_extra`, `_file`.

    `rejected`: `_file` and `PROBLEM_SCHEMA`, one row a failing cell (a row may fail in several).
    `warnings`: the same for cells of accepted rows that deserve a word.
    """

    accepted: pl.DataFrame
    rejected: pl.DataFrame
    warnings: pl.DataFrame


def reading_of(table: Table, entity: Entity, mapping: Mapping, implied: frozenset[str]) -> Reading:
    """How a file's cells are to be read; `implied` columns may be empty.

    Raises FileRefused where amounts, their unit or their tax, or a day are in doubt.
    """
    refuse_unclear_amounts(mapping)
    refuse_unclear_days(mapping)
    amounts = [
        column.name
        for column in entity.columns
        if column.kind is Kind.YEN and column.name in mapping.sources
    ]
    headers = [mapping.sources[name][0] for name in amounts]
    noted = unit_of_notes(table.notes, headers) if amounts else None
    units = []
    for name in amounts:
        own = mapping.units[name]
        if noted is not None and own not in (None, UNITS[noted]):
            raise FileRefused("unclear_unit", f"{noted} / {mapping.sources[name][0]}")
        units.append((name, own or UNITS[noted or "円"]))
    units += [
        (column.name, unit)
        for column in entity.columns
        if column.kind is Kind.RATE and (unit := mapping.units.get(column.name))
    ]
    scaled = tuple((name, unit) for name, unit in units if unit != 1)
    return Reading(entity, scaled, table.is_workbook, implied)


def gather(table: Table, entity: Entity, mapping: Mapping) -> pl.DataFrame:
    """Raw cells of every declared column, `REMARKS`, `_row_number` and `_extra`.

    A reply of ours that comes back is the partner's own table again.
    """
    ours = own_columns(table.header)
    extra = [name for name in (*mapping.strange, *mapping.noted) if name not in ours]
    rows = table.rows.with_columns(restore(pl.all())) if ours else table.rows
    json = pl.struct(extra).struct.json_encode() if extra else pl.lit(None, pl.String)
    return rows.with_columns(table.numbers.alias("_row_number")).select(
        *(_cell(mapping, column).alias(column.name) for column in entity.columns),
        *remarks_of(mapping),
        "_row_number",
        _extra=json,
    )


def column_readers(reading: Reading, key: bytes) -> dict[str, ColumnReader]:
    """One for each column, for all pieces of a file or all files that are typed together."""
    return {
        column.name: ColumnReader(column, key, reading.manner(column))
        for column in reading.entity.columns
    }


def type_cells(
    cells: pl.DataFrame, reading: Reading, readers: dict[str, ColumnReader], horizon: datetime
) -> Rows:
    """Type every column of gathered cells; `cells` has `_file` beside, which tells files apart.

    `horizon` (naive UTC): versions and arrivals from then on have not happened yet.
    """
    columns: dict[str, pl.Series] = {}
    failures: list[pl.DataFrame] = [pl.DataFrame(schema=_FAILURE)]
    where = cells.select("_file", "_row_number", "_extra").with_row_index(_PLACE)
    answers = read_columns(cells, readers)
    for column, read in zip(reading.entity.columns, answers, strict=True):
        columns[column.name] = read["value"].cast(column.dtype)
        for name in column.derived:
            columns[name] = read[name.removeprefix(f"{column.name}_")]
        if read["reason"].null_count() < read.height:
            failures.append(_failed(where, column.name, cells[column.name], read["reason"]))
    typed = pl.DataFrame(columns).hstack(where)
    failures, emptied = _without_placeholders(failures, reading)
    for name, codes in doubtful_amounts(cells, reading.entity).items():
        failures.append(_failed(where, REMARKS[name], cells[name], codes))
    failures += _coded(typed, cells, phone_ids(typed, reading.entity))
    failures += _out_of_bounds(typed, cells, reading.entity)
    failures += _ahead(typed, cells, horizon)
    failures += _missing(typed, reading, pl.concat(failures))
    warned, false_numbers = _check_digits(typed)
    doubtful = [*_distant(typed, cells, reading, horizon), *_foreign(typed, cells, reading)]
    if reading.is_upload:
        failures += doubtful
        told = _coded(typed, cells, invalid_contacts(typed, reading.entity))
    else:
        told = doubtful
    warned = pl.concat([warned, *told, *emptied])
    rejected = pl.concat([*failures, false_numbers])
    warned = warned.join(rejected, on=_PLACE, how="anti", maintain_order="left")
    return Rows(
        _without(typed, rejected), *(_by_file(frame, where) for frame in (rejected, warned))
    )


def _without_placeholders(
    failures: list[pl.DataFrame], reading: Reading
) -> tuple[list[pl.DataFrame], list[pl.DataFrame]]:
    """(failures, warnings): なし in a column of numbers that may be empty costs no row, nor does
    NULL for a name where nobody could mend it: in the vendor's own systems."""
    entity = reading.entity
    needed = {*entity.key, *(set(entity.required) - reading.implied)}
    needed |= {column for name, column in _EMPTY_IS_ALL if name == entity.name}
    codes = [code for code in _IGNORED if code != NO_NAME or not reading.is_upload]
    code, may_be_empty = pl.col("reason_code"), pl.col("column_name").is_in(needed).not_()
    is_kept = code.is_in(codes) & may_be_empty
    found = pl.concat(failures)
    warned = found.filter(is_kept).with_columns(code.replace(_IGNORED))
    return [found.filter(is_kept.not_())], [warned]


def _without(typed: pl.DataFrame, rejected: pl.DataFrame) -> pl.DataFrame:
    """The rows that did not fail."""
    if rejected.is_empty():
        return typed.drop(_PLACE)
    stays = pl.Series([True]).new_from_index(0, typed.height)
    return typed.filter(stays.scatter(rejected[_PLACE], False)).drop(_PLACE)


def _by_file(failed: pl.DataFrame, where: pl.DataFrame) -> pl.DataFrame:
    """Failures in the order of the rows, with their file."""
    ordered = failed.sort(_PLACE, maintain_order=True)
    return ordered.with_columns(where["_file"].gather(ordered[_PLACE]).alias("_file")).drop(_PLACE)


def _cell(mapping: Mapping, column: Column) -> pl.Expr:
    """The raw cells of a canonical column; several file columns are joined or fill in."""
    sources = mapping.sources.get(column.name, ())
    if len(sources) <= 1:
        return pl.col(sources[0]) if sources else pl.lit("")
    if column.kind is Kind.PERSON:
        parts = [pl.col(name).str.strip_chars() for name in sources]
        return pl.concat_str(parts, separator=" ").str.strip_chars()
    filled = [pl.when(pl.col(name).str.strip_chars() != "").then(pl.col(name)) for name in sources]
    return pl.coalesce(*filled, pl.lit(""))


def _failed(
    where: pl.DataFrame, name: str, cells: pl.Series | pl.Expr, reasons: pl.Series | pl.Expr
) -> pl.DataFrame:
    """Failures (`_FAILURE`) of one column: rows of `where` for which there is a reason."""
    found = where.select(
        pl.col(_PLACE),
        pl.col("_row_number").alias("row_number"),
        pl.lit(name).alias("column_name"),
        cells.alias("value"),
        reasons.alias("reason_code"),
    ).filter(pl.col("reason_code").is_not_null())
    return found.with_columns(pl.col("value").str.slice(0, MAX_SHOWN))


def _coded(typed: pl.DataFrame, cells: pl.DataFrame, codes: pl.DataFrame) -> list[pl.DataFrame]:
    """Failures of the columns of `codes`, which holds a reason or null for each row."""
    found = [name for name in codes.columns if codes[name].null_count() < codes.height]
    return [_failed(typed, name, cells[name], codes[name]) for name in found]


def _out_of_bounds(typed: pl.DataFrame, cells: pl.DataFrame, entity: Entity) -> list[pl.DataFrame]:
    """Values beyond the limits of their column; a tombstone's are not looked at."""
    standing = pl.col("is_deleted").fill_null(False).not_()
    bounds = BOUNDS.get(entity.name, {})
    codes = typed.select(
        pl.when(bound.broken_by(pl.col(name)) & standing).then(pl.lit(bound.code)).alias(name)
        for name, bound in bounds.items()
    )
    return _coded(typed, cells, codes)


def _ahead(typed: pl.DataFrame, cells: pl.DataFrame, horizon: datetime) -> list[pl.DataFrame]:
    """Times that lie ahead: as the latest version for years, such a row would lock its key."""
    names = [name for name in PAST_TIMES if name in typed.columns]
    codes = typed.select(
        pl.when(pl.col(name) >= horizon).then(pl.lit("future_timestamp")).alias(name)
        for name in names
    )
    return _coded(typed, cells, codes)


def _distant(
    typed: pl.DataFrame, cells: pl.DataFrame, reading: Reading, horizon: datetime
) -> list[pl.DataFrame]:
    """Days that are probably slips in the year; a tombstone's are not looked at.

    A partner can mend its row. The vendor's systems are the record: a row of theirs is kept.
    """
    standing = pl.col("is_deleted").fill_null(False).not_()
    code = "implausible_date" if reading.is_upload else "implausible_date_kept"
    codes = typed.select(
        pl.when(is_distant & standing).then(pl.lit(code)).alias(name)
        for name, is_distant in distant_days(reading.entity, horizon).items()
    )
    return _coded(typed, cells, codes)


def _foreign(typed: pl.DataFrame, cells: pl.DataFrame, reading: Reading) -> list[pl.DataFrame]:
    """Values that belong to another column: see `_distant`."""
    code = "foreign_value" if reading.is_upload else "foreign_value_kept"
    return _coded(typed, cells, foreign_values(typed, reading.entity, code))


def _missing(typed: pl.DataFrame, reading: Reading, failed: pl.DataFrame) -> list[pl.DataFrame]:
    """Required values that are empty; a tombstone needs only its key."""
    entity = reading.entity
    buried = pl.col("is_deleted").fill_null(False)
    answers = []
    for name in set(entity.required) - reading.implied:
        if typed[name].null_count() == 0:
            continue
        empty = pl.col(name).is_null() & (pl.lit(name in entity.key) | buried.not_())
        already = failed.filter(pl.col("column_name") == name)
        rows = typed.filter(empty).join(already, on=_PLACE, how="anti", maintain_order="left")
        answers.append(_failed(rows, name, pl.lit(None, pl.String), pl.lit("missing_value")))
    return sorted(answers, key=lambda frame: str(frame["column_name"].first()))


def _check_digits(typed: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(warnings, failures) of registration numbers whose check digit is wrong.

    A company's is T and its corporate number, which has one; how an individual's is made is not
    published, so theirs may look wrong and be right.
    """
    nothing = pl.DataFrame(schema=_FAILURE)
    if "invoice_number_has_check_digit" not in typed.columns:
        return nothing, nothing
    name, false_number = "invoice_number", pl.col("invoice_number_has_check_digit").not_()
    individual = pl.col("is_individual").fill_null(False)
    warned = pl.when(false_number & individual).then(pl.lit("bad_check_digit_individual"))
    failed = pl.when(false_number & individual.not_()).then(pl.lit("bad_invoice_number"))
    return _failed(typed, name, pl.col(name), warned), _failed(typed, name, pl.col(name), failed)
