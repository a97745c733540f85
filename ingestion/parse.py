"""One column of text cells → canonical values, the reason of each cell that fails, its hash.

Every step is an expression over the distinct cells of the column, joined back at the end: dates
and codes repeat a lot, and a hash is then made once for each value.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polars as pl

from ingestion import amounts, contacts, dates, names
from ingestion.columns import Column, Kind
from ingestion.hashing import hash_values
from ingestion.tables import fold, folded

VALUES = Path(__file__).with_name("values.csv")
_DITTO = r"^[〃々″]+$|^(?:同上|同左|同じ)$"
_CELL_ERROR = r"^#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!)$"
_NEUTRALISED = r"^'([=+\-@\t\r＝＋－＠])"
# Kinds whose digits count: NFKC makes digits of footnote marks (1², ①), and so another number.
_NUMERIC = (Kind.DATE, Kind.TIMESTAMP, Kind.YEN, Kind.INTEGER, Kind.RATE)
_CURRENCIES = ("jpy", "円", "¥", "yen", "日本円", "jp¥")


@dataclass(frozen=True)
class Manner:
    """How cells are read: yen per unit of the column, and whether a spreadsheet wrote them."""

    unit: int = 1
    is_workbook: bool = False


def clean(cells: pl.Expr) -> pl.Expr:
    """NFKC, trimmed, null where empty; the apostrophe of our own reply files is taken off again."""
    text = cells.str.replace(_NEUTRALISED, "${1}").str.normalize("NFKC").str.strip_chars()
    return pl.when(text != "").then(text)


def read_column(cells: pl.Series, column: Column, key: bytes, manner: Manner) -> pl.DataFrame:
    """Columns of the answer, one row a cell: value, reason (null if good), hash, domain.

    `cells` are raw texts. An empty cell has a null value and no reason; a cell with a reason has
    a null value. `hash` is null unless the column is hashed, `domain` unless it is an e-mail.
    """
    distinct = pl.DataFrame({"cell": cells.unique()}).with_columns(text=clean(pl.col("cell")))
    text = pl.col("text")
    ditto, error = text.str.contains(_DITTO), text.str.contains(_CELL_ERROR)
    is_legible = pl.lit(column.kind not in _NUMERIC) | _has_plain_digits(pl.col("cell"), text)
    legible = pl.when(is_legible).then(text)
    read = distinct.with_columns(value=_read(_translate(legible, column), column, manner))
    read = read.with_columns(
        reason=pl.when(ditto)
        .then(pl.lit("ditto"))
        .when(error)
        .then(pl.lit("cell_error"))
        .when(text.is_not_null() & pl.col("value").is_null())
        .then(_failure(text, column))
    )
    read = read.with_columns(value=pl.when(pl.col("reason").is_null()).then("value"))
    read = _with_hash(read, column, key)
    return pl.DataFrame({"cell": cells}).join(
        read.drop("text"), on="cell", how="left", nulls_equal=True, maintain_order="left"
    )


def is_other_currency(cells: pl.Expr) -> pl.Expr:
    """Whether a currency cell names anything but yen; an empty one does not."""
    return folded(clean(cells)).is_in(_CURRENCIES).not_().fill_null(False)


# Kind → how its text becomes its value, null where it does not; other kinds are plain text.
_READERS: dict[Kind, Callable[[pl.Expr], pl.Expr]] = {
    Kind.INTEGER: amounts.read_integer,
    Kind.RATE: amounts.read_rate,
    Kind.PHONE: contacts.read_phone,
    Kind.EMAIL: contacts.read_email,
    Kind.POSTAL_CODE: contacts.read_postal_code,
    Kind.PREFECTURE: contacts.read_prefecture,
    Kind.CORPORATE_NUMBER: contacts.read_corporate_number,
    Kind.INVOICE_NUMBER: contacts.read_invoice_number,
    Kind.ID: contacts.read_id,
    Kind.DIGEST: contacts.read_digest,
    Kind.COMPANY: names.read_name,
    Kind.PERSON: names.read_name,
    Kind.ADDRESS: names.read_name,
}
# Kind → the name its words have in `values.csv`; those of other kinds have their column's.
_VOCABULARIES = {
    Kind.BOOLEAN: "boolean",
    Kind.EVIDENCE_KIND: "evidence_kind",
    Kind.EVIDENCE_KINDS: "evidence_kind",
}
# Kind → what is hashed: the form in which two spellings of one thing are equal.
_MATCHES: dict[Kind, Callable[[pl.Expr], pl.Expr]] = {
    Kind.COMPANY: names.match_company,
    Kind.PERSON: names.match_person,
    Kind.ADDRESS: names.match_address,
    Kind.EMAIL: contacts.match_email,
    Kind.ACCOUNT: contacts.bare_number,
    Kind.PHONE: contacts.bare_number,
}


def _read(text: pl.Expr, column: Column, manner: Manner) -> pl.Expr:
    """The value of a cleaned text, null where it is none."""
    if column.choices:
        return pl.when(text.is_in(column.choices)).then(text)
    match column.kind:
        case Kind.DATE:
            return dates.read_date(text, manner.is_workbook)
        case Kind.TIMESTAMP:
            return dates.read_timestamp(text, manner.is_workbook)
        case Kind.YEN:
            return amounts.read_yen(text, manner.unit)
        case Kind.BOOLEAN:
            words = {"true": True, "false": False}
            return text.replace_strict(words, default=None, return_dtype=pl.Boolean)
        case _:
            return _READERS.get(column.kind, _unchanged)(text)


def _unchanged(text: pl.Expr) -> pl.Expr:
    return text


def _has_plain_digits(cell: pl.Expr, text: pl.Expr) -> pl.Expr:
    """Whether every digit of the cleaned text is an ASCII or full-width one in the cell."""
    return cell.str.count_matches("[0-9０-９]") == text.str.count_matches(r"\p{N}")


def _failure(text: pl.Expr, column: Column) -> pl.Expr:
    if column.choices:
        return pl.lit("unknown_value")
    if column.kind is Kind.ID:
        return pl.lit("personal_key")
    if column.kind is Kind.YEN:
        foreign = pl.when(amounts.is_foreign(text)).then(pl.lit("unsupported_currency"))
        return foreign.otherwise(pl.lit("bad_yen"))
    return pl.lit(f"bad_{column.kind.value}")


def _with_hash(read: pl.DataFrame, column: Column, key: bytes) -> pl.DataFrame:
    hashes = pl.Series("hash", [None] * read.height, pl.String)
    if column.hashed:
        match = _MATCHES.get(column.kind, _unchanged)
        basis = read.select(match(pl.col("value")).alias("hash")).to_series()
        hashes = hash_values(basis, column.kind, key)
    domain = pl.lit(None, pl.String)
    if column.kind is Kind.EMAIL:
        domain = contacts.read_email_domain(pl.col("value"))
    return read.with_columns(hashes, domain=domain)


def _translate(text: pl.Expr, column: Column) -> pl.Expr:
    """Words of `values.csv` → canonical values, for columns that have any; others unchanged."""
    name = _VOCABULARIES.get(column.kind, column.name)
    words = {choice: choice for choice in column.choices} | _words().get(name, {})
    if not words:
        return text
    match column.kind:
        case Kind.EVIDENCE_KIND:
            return _in_words(text, words, default=folded(text))
        case Kind.EVIDENCE_KINDS:
            one = pl.element()
            kinds = text.str.split(";").list.eval(_in_words(one, words, default=folded(one)))
            kinds = kinds.list.eval(one.filter(one != "")).list.unique(maintain_order=True)
            return pl.when(kinds.list.len() > 0).then(kinds.list.join(";"))
        case _:
            return _in_words(text, words, default=text)


def _in_words(text: pl.Expr, words: dict[str, str], default: pl.Expr) -> pl.Expr:
    return folded(text).replace_strict(words, default=default, return_dtype=pl.String)


@cache
def _words() -> dict[str, dict[str, str]]:
    table = pl.read_csv(VALUES, infer_schema=False)
    found: dict[str, dict[str, str]] = {}
    for column, variant, value in table.iter_rows():
        found.setdefault(column, {})[fold(variant)] = value
    return found
