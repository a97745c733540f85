"""Tables of text cells → typed rows of an entity, and the rows that fail with their reasons.

In two steps, so that hundreds of small files are typed together: `gather` renames the cells of
one file, `type_cells` types those of many.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from ingestion.bounds import BOUNDS
from ingestion.columns import Column, Entity, Kind
from ingestion.headers import Mapping
from ingestion.parse import ColumnReader, Manner, is_other_currency
from ingestion.reasons import FileRefused
from ingestion.tables import MAX_SHOWN, PROBLEM_SCHEMA, Table
from ingestion.units import UNITS, unit_of_notes

_PAST_TIMES = ("updated_at", "registered_at", "received_at")
# The place of a row among all that are typed together.
_PLACE = "_place"
_FAILURE = {_PLACE: pl.UInt32(), **PROBLEM_SCHEMA}


@dataclass(frozen=True)
class Reading:
    """What must be equal for two files to be typed together: units are yen per column unit."""

    entity: Entity
    units: tuple[tuple[str, int], ...]
    is_workbook: bool
    implied: frozenset[str]

    def manner(self, column: Column) -> Manner:
        return Manner(dict(self.units).get(column.name, 1), self.is_workbook)


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

    Raises FileRefused (`unclear_unit`) where the unit of amounts is in doubt.
    """
    amounts = [
        column.name
        for column in entity.columns
        if column.kind is Kind.YEN and column.name in mapping.sources
    ]
    noted = unit_of_notes(table.notes) if amounts else None
    units = []
    for name in amounts:
        own = mapping.units[name]
        if noted is not None and own not in (None, UNITS[noted]):
            raise FileRefused("unclear_unit", f"{noted} / {mapping.sources[name][0]}")
        units.append((name, own or UNITS[noted or "円"]))
    scaled = tuple((name, unit) for name, unit in units if unit != 1)
    return Reading(entity, scaled, table.is_workbook, implied)


def gather(table: Table, entity: Entity, mapping: Mapping) -> pl.DataFrame:
    """Raw cells of every declared column, and `_currency`, `_row_number`, `_extra`."""
    currency = pl.lit("") if mapping.currency is None else pl.col(mapping.currency)
    extra = [*mapping.unknown, *mapping.noted]
    json = pl.struct(extra).struct.json_encode() if extra else pl.lit(None, pl.String)
    return table.rows.with_columns(table.numbers.alias("_row_number")).select(
        *(_cell(mapping, column).alias(column.name) for column in entity.columns),
        "_row_number",
        _currency=currency,
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
    for column in reading.entity.columns:
        read = readers[column.name].read(cells[column.name])
        columns[column.name] = read["value"].cast(column.dtype)
        for name in column.derived:
            columns[name] = read[name.removeprefix(f"{column.name}_")]
        if read["reason"].null_count() < read.height:
            failures.append(_failed(where, column.name, cells[column.name], read["reason"]))
    typed = pl.DataFrame(columns).hstack(where)
    failures.append(_other_currency(where, cells["_currency"]))
    failures += _out_of_bounds(typed, cells, reading.entity)
    failures += _ahead(typed, cells, horizon)
    failures += _missing(typed, reading, pl.concat(failures))
    warned, false_numbers = _check_digits(typed)
    rejected = pl.concat([*failures, false_numbers])
    return Rows(
        _without(typed, rejected), *(_by_file(frame, where) for frame in (rejected, warned))
    )


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


def _out_of_bounds(typed: pl.DataFrame, cells: pl.DataFrame, entity: Entity) -> list[pl.DataFrame]:
    """Values beyond the limits of their column; a tombstone's are not looked at."""
    standing = pl.col("is_deleted").fill_null(False).not_()
    bounds = BOUNDS.get(entity.name, {})
    codes = typed.select(
        pl.when(bound.broken_by(pl.col(name)) & standing).then(pl.lit(bound.code)).alias(name)
        for name, bound in bounds.items()
    )
    return [_failed(typed, name, cells[name], codes[name]) for name in bounds]


def _ahead(typed: pl.DataFrame, cells: pl.DataFrame, horizon: datetime) -> list[pl.DataFrame]:
    """Times that lie ahead: as the latest version for years, such a row would lock its key."""
    names = [name for name in _PAST_TIMES if name in typed.columns]
    codes = typed.select(
        pl.when(pl.col(name) >= horizon).then(pl.lit("future_timestamp")).alias(name)
        for name in names
    )
    return [_failed(typed, name, cells[name], codes[name]) for name in names]


def _missing(typed: pl.DataFrame, reading: Reading, failed: pl.DataFrame) -> list[pl.DataFrame]:
    """Required values that are empty; a tombstone needs only its key."""
    entity = reading.entity
    buried = pl.col("is_deleted").fill_null(False)
    answers = []
    for name in set(entity.required) - reading.implied:
        empty = pl.col(name).is_null() & (pl.lit(name in entity.key) | buried.not_())
        already = failed.filter(pl.col("column_name") == name)
        rows = typed.filter(empty).join(already, on=_PLACE, how="anti", maintain_order="left")
        answers.append(_failed(rows, name, pl.lit(None, pl.String), pl.lit("missing_value")))
    return sorted(answers, key=lambda frame: str(frame["column_name"].first()))


def _other_currency(where: pl.DataFrame, currencies: pl.Series) -> pl.DataFrame:
    if not (currencies != "").any():
        return pl.DataFrame(schema=_FAILURE)
    code = pl.Series([None, "unsupported_currency"]).gather(
        is_other_currency(currencies).cast(pl.UInt32)
    )
    return _failed(where, "currency", currencies, code)


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
