"""One column of text cells → canonical values, the reason of each cell that fails, its hash.

Columns that repeat their cells (dates, codes, names of places) are read once a value and joined
back; others are read as they are. Both ways give the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import polars as pl

from ingestion import territories
from ingestion.cell_reasons import reasons_of
from ingestion.columns import OF_PEOPLE, Column, Kind
from ingestion.hashing import hash_values
from ingestion.tables import fold, folded
from ingestion.values import (
    amounts,
    dates,
    decimals,
    emails,
    ids,
    names,
    numbers,
    phones,
    places,
    quantities,
)
from ingestion.values.rest import keep_where
from ingestion.values.text import Cleaned, amend, clean, clean_columns

VALUES = Path(__file__).with_name("values.csv")
# Kinds whose digits count: NFKC makes digits of footnote marks (1², ①), and so another number.
_NUMERIC = (
    Kind.DATE,
    Kind.MONTH,
    Kind.TIMESTAMP,
    Kind.YEN,
    Kind.INTEGER,
    Kind.RATE,
    Kind.DECIMAL,
)
# Above this share of different cells among the first, reading each value once costs more. So few
# cells cost less than finding out.
_SAMPLE, _MANY, _FEW = 1_000, 0.5, 400


@dataclass(frozen=True)
class Manner:
    """How cells are read. `unit`: yen per unit of the column, parts of one in a column of rates.
    `is_workbook`: whether a spreadsheet wrote them. `is_paid`: yen that moved, with their tax."""

    unit: int = 1
    is_workbook: bool = False
    is_paid: bool = False


@dataclass
class ColumnReader:
    """Reads one column of a file, piece by piece; a cell that repeats is read once.

    `read` answers one row a cell: value, reason (null if good), and the column's derived values
    by name. An empty cell has a null value and no reason; a cell with a reason has a null value.
    Derived are `hash` of a hashed column and what `columns.DERIVED` names.
    """

    column: Column
    key: bytes
    manner: Manner
    # of this reader alone: nothing of a file stays in memory when it has been read
    _categories: pl.Categories = field(default_factory=pl.Categories.random)
    _known: pl.DataFrame | None = None

    def read(self, cells: pl.Series) -> pl.DataFrame:
        """Values of raw texts."""
        if (cells == "").all():
            return _nothing(self.column, len(cells))
        if len(cells) <= _FEW:
            return _read_cells(cells, clean(cells), self)
        sample = cells.head(_SAMPLE)
        if sample.n_unique() > _MANY * len(sample):
            return _read_cells(cells, clean(cells), self)
        codes = cells.cast(pl.Categorical(self._categories)).to_physical()
        return self._learn(cells, codes).select(pl.all().gather(codes))

    def _learn(self, cells: pl.Series, codes: pl.Series) -> pl.DataFrame:
        """What each code means, those that are new among them."""
        known = 0 if self._known is None else self._known.height
        if self._known is None or bool((codes >= known).any()):
            coded = pl.DataFrame({"code": codes, "cell": cells}).filter(pl.col("code") >= known)
            fresh = coded.unique("code").sort("code")["cell"]
            read = _read_cells(fresh, clean(fresh), self)
            self._known = read if self._known is None else pl.concat([self._known, read])
        return self._known


def read_column(cells: pl.Series, column: Column, key: bytes, manner: Manner) -> pl.DataFrame:
    """`ColumnReader.read` of a column that comes whole."""
    return ColumnReader(column, key, manner).read(cells)


def read_columns(cells: pl.DataFrame, readers: Mapping[str, ColumnReader]) -> list[pl.DataFrame]:
    """`ColumnReader.read` of every column; those of few rows are cleaned at once."""
    if cells.height > _FEW:
        return [reader.read(cells[name]) for name, reader in readers.items()]
    filled = [name for name in readers if not (cells[name] == "").all()]
    tidy = dict(zip(filled, clean_columns(cells.select(filled)), strict=True))
    return [
        _read_cells(cells[name], tidy[name], reader)
        if name in tidy
        else _nothing(reader.column, cells.height)
        for name, reader in readers.items()
    ]


def _nothing(column: Column, count: int) -> pl.DataFrame:
    """What so many empty cells are read as."""
    return pl.DataFrame([one.new_from_index(0, count) for one in _empty_cell(column)])


@cache
def _empty_cell(column: Column) -> pl.DataFrame:
    cells = pl.Series([""])
    return _read_cells(cells, clean(cells), ColumnReader(column, b"", Manner()))


def _read_cells(cells: pl.Series, tidy: Cleaned, reader: ColumnReader) -> pl.DataFrame:
    column = reader.column
    text = tidy.text
    legible = text
    if tidy.changed is not None and column.kind in _NUMERIC:
        legible = text.set(tidy.changed & _has_plain_digits(cells, text).not_(), None)
    read = _read(_translate(legible, column), column, reader.manner)
    reason = reasons_of(text, read["value"], column, reader.manner.unit)
    if reason.null_count() < len(reason):
        failed = reason.is_not_null()
        read = read.with_columns(pl.when(~failed).then(pl.all()))
    if column.hashed:
        basis = _basis(read, column)
        read = read.with_columns(hash_values(basis, column.kind, reader.key).alias("hash"))
    return read.with_columns(reason)


def _read(text: pl.Series, column: Column, manner: Manner) -> pl.DataFrame:
    """`value`, null where the text is none, and what is derived from it."""
    if column.choices:
        return text.set(text.is_in(column.choices).not_(), None).to_frame("value")
    match column.kind:
        case Kind.DATE:
            value = dates.read_dates(text, manner.is_workbook)
        case Kind.TIMESTAMP:
            value = dates.read_timestamps(text, manner.is_workbook)
        case Kind.YEN:
            yens = amounts.without_tax_notes(text) if manner.is_paid else text
            value = amounts.read_yens(yens, manner.unit)
        case Kind.INTEGER:
            value = quantities.read_integers(text, column.name)
        case Kind.RATE:
            value = quantities.read_rates(text, manner.unit)
            if column.name in quantities.EITHER_SHARE:
                value = keep_where(value, ~text.str.contains(quantities.ONE))
        case Kind.ID if column.name in OF_PEOPLE:
            value = ids.read_ids_of_people(text)
        case Kind.MONTH:
            value = dates.read_months(text, manner.is_workbook)
        case Kind.BOOLEAN:
            words = {"true": True, "false": False}
            value = text.replace_strict(words, default=None, return_dtype=pl.Boolean)
        case _:
            read = _READERS.get(column.kind, _unchanged)(text)
            return read if isinstance(read, pl.DataFrame) else read.to_frame("value")
    return value.to_frame("value")


def _unchanged(text: pl.Series) -> pl.Series:
    return text


# Kind → how its text becomes its value, null where it does not; other kinds are plain text.
_READERS: dict[Kind, Callable[[pl.Series], pl.Series | pl.DataFrame]] = {
    Kind.DECIMAL: decimals.read_decimals,
    Kind.PHONE: phones.read_phones,
    Kind.EMAIL: emails.read_emails,
    Kind.POSTAL_CODE: places.read_postal_codes,
    Kind.PREFECTURE: places.read_prefectures,
    Kind.PREFECTURES: territories.read_prefecture_lists,
    Kind.CORPORATE_NUMBER: numbers.read_corporate_numbers,
    Kind.INVOICE_NUMBER: numbers.read_invoice_numbers,
    Kind.ID: ids.read_ids,
    Kind.DIGEST: ids.read_digests,
    Kind.COMPANY: names.read_companies,
    Kind.PERSON: names.read_names,
    Kind.ADDRESS: names.read_names,
}
# Kind → the name its words have in `values.csv`; those of other kinds have their column's.
VOCABULARIES = {
    Kind.BOOLEAN: "boolean",
    Kind.EVIDENCE_KIND: "evidence_kind",
    Kind.EVIDENCE_KINDS: "evidence_kind",
}
# Kind → what is hashed: the form in which two spellings of one thing are equal.
_MATCHES: dict[Kind, Callable[[pl.Series], pl.Series]] = {
    Kind.PERSON: names.match_persons,
    Kind.ADDRESS: places.match_addresses,
    Kind.EMAIL: emails.match_emails,
    Kind.ACCOUNT: phones.bare_numbers,
    Kind.PHONE: phones.bare_numbers,
}


def _basis(read: pl.DataFrame, column: Column) -> pl.Series:
    """What is hashed of a column."""
    if "match" in read.columns:
        return read["match"]
    if column.kind is Kind.PHONE:
        # a valid number is in its one form already
        return amend(read["value"], read["is_valid"].not_(), phones.bare_numbers)
    return _MATCHES.get(column.kind, _unchanged)(read["value"])


def _has_plain_digits(cells: pl.Series, text: pl.Series) -> pl.Series:
    """Whether every digit of the cleaned text is an ASCII or full-width one in the cell."""
    return cells.str.count_matches("[0-9０-９]") == text.str.count_matches(r"\p{N}")


def _translate(text: pl.Series, column: Column) -> pl.Series:
    """Words of `values.csv` → canonical values, for columns that have any; others unchanged."""
    name = VOCABULARIES.get(column.kind, column.name)
    words = {choice: choice for choice in column.choices} | _words().get(name, {})
    if not words:
        return text
    cell = pl.col("text")
    match column.kind:
        case Kind.EVIDENCE_KIND:
            known = _in_words(cell, words, default=folded(cell))
        case Kind.EVIDENCE_KINDS:
            one = pl.element()
            kinds = cell.str.split(";").list.eval(_in_words(one, words, default=folded(one)))
            kinds = kinds.list.eval(one.filter(one != "")).list.unique(maintain_order=True)
            known = pl.when(kinds.list.len() > 0).then(kinds.list.join(";"))
        case _:
            known = _in_words(cell, words, default=cell)
    return text.to_frame("text").select(known).to_series()


def _in_words(text: pl.Expr, words: dict[str, str], default: pl.Expr) -> pl.Expr:
    return folded(text).replace_strict(words, default=default, return_dtype=pl.String)


@cache
def _words() -> dict[str, dict[str, str]]:
    """Column → folded word → value; what is done (解約済み) is what is (解約)."""
    table = pl.read_csv(VALUES, infer_schema=False)
    listed: dict[str, dict[str, str]] = {}
    for column, variant, value in table.iter_rows():
        listed.setdefault(column, {})[fold(variant)] = value
    done = {
        column: {
            word.removesuffix("済") + ending: value
            for word, value in words.items()
            for ending in ("済", "済み")
        }
        for column, words in listed.items()
    }
    return {column: done[column] | words for column, words in listed.items()}
