"""Why the text of a cell is no value of its column."""

from __future__ import annotations

import polars as pl

from ingestion.columns import OF_PEOPLE, Column, Kind
from ingestion.values import amounts, ids, quantities
from ingestion.values.rest import nulls

_DITTO = (
    r"^[〃々″′”“\"↑↓←→⇧⇑]+$"
    "|^(?:同上|同左|同前|同じ|(?:上記?|前行|左記?)[とに]?(?:同じ|同様|同一))$"
)
_CELL_ERROR = r"^#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!)$"
# A number that says there is none: in a column that may be empty it is taken as empty.
PLACEHOLDER = "placeholder_id"
# The same of a name, where the cell is the vendor's; and a person's name in place of a number.
NO_NAME, NAME = "no_name", "name_as_id"
# Letters that a program could not write, a column too narrow for its cell; programs' word for none.
_NAMES = (Kind.COMPANY, Kind.PERSON, Kind.ADDRESS)
_LOST = r"^(?:\?{2,}|#{2,})$"
_NULL = r"^[(\[<]?(?i:null|nil|n/?a|nan|none|undefined)[)\]>]?$"
_REMARK_START = '^[〃々″′”“"↑↓←→⇧⇑同上前左#?]'
# Required cells of these kinds have to say something.
_SAYING = (Kind.TEXT, Kind.EVIDENCE_KIND, Kind.PERSON)


def reasons_of(text: pl.Series, value: pl.Series, column: Column, unit: int) -> pl.Series:
    """Why cells fail, null where they do not; looked for only where there may be one."""
    reason = nulls("reason", pl.String(), len(text))
    unread = pl.col("text").is_not_null() & pl.col("value").is_null()
    if value.dtype == pl.String:
        unread |= pl.col("text").str.contains(_doubts(column))
    elif value.null_count() == text.null_count():
        return reason
    both = pl.DataFrame([text.alias("text"), value.alias("value")])
    places = both.select_seq(pl.arg_where(unread)).to_series()
    if places.is_empty():
        return reason
    doubtful = both[places]
    code = (
        pl.when(pl.col("text").str.contains(_DITTO))
        .then(pl.lit("ditto"))
        .when(pl.col("text").str.contains(_CELL_ERROR))
        .then(pl.lit("cell_error"))
        .when(_is_lost(column))
        .then(pl.lit(NO_NAME))
        .when(ids.is_placeholder(pl.col("text")) & pl.lit(_has_to_say(column)))
        .then(pl.lit("placeholder_value"))
        .when(pl.col("value").is_null())
        .then(_failure(pl.col("text"), column, unit))
    )
    return reason.scatter(places, doubtful.select(code).to_series()).rename("reason")


def _is_lost(column: Column) -> pl.Expr:
    """Whether a name is none: NULL, ????, ####."""
    if column.kind not in _NAMES:
        return pl.lit(False)
    lost = _LOST if column.kind is not Kind.COMPANY else f"{_LOST}|{_NULL}"
    return pl.col("text").str.contains(lost)


def _has_to_say(column: Column) -> bool:
    """Whether its cells may not be words like none."""
    return column.required and column.kind in _SAYING and not column.choices


def _doubts(column: Column) -> str:
    """Finds texts that may be no value though they were read as one."""
    if column.kind is Kind.COMPANY:
        return f"{_REMARK_START}|{_NULL}"
    return f"{_REMARK_START}|{ids.PLACEHOLDER}" if _has_to_say(column) else _REMARK_START


def _failure(text: pl.Expr, column: Column, unit: int) -> pl.Expr:
    if column.choices:
        return pl.lit("unknown_value")
    if column.kind is Kind.ID:
        return (
            pl.when(ids.is_personal(text))
            .then(pl.lit("personal_key"))
            .when(ids.is_rounded(text))
            .then(pl.lit("number_too_long"))
            .when(ids.is_mangled(text))
            .then(pl.lit("mangled_identifier"))
            .when(ids.is_placeholder(text))
            .then(pl.lit(PLACEHOLDER))
            .when(ids.is_name(text) & pl.lit(column.name in OF_PEOPLE))
            .then(pl.lit(NAME))
            .otherwise(pl.lit("bad_id"))
        )
    if column.kind is Kind.YEN:
        return (
            pl.when(amounts.is_foreign(text))
            .then(pl.lit("unsupported_currency"))
            .when(amounts.is_taxed(text))
            .then(pl.lit("tax_included"))
            .when(quantities.is_ambiguous(text))
            .then(pl.lit("ambiguous_number"))
            .otherwise(pl.lit("bad_yen"))
        )
    bad = pl.lit(f"bad_{column.kind.value}")
    if column.kind in (Kind.INTEGER, Kind.DECIMAL):
        return (
            pl.when(quantities.is_ambiguous(text)).then(pl.lit("ambiguous_number")).otherwise(bad)
        )
    if column.kind is Kind.RATE and (unit != 1 or column.name in quantities.EITHER_SHARE):
        doubtful = text.str.contains(quantities.ONE if unit == 1 else quantities.SHARE)
        return pl.when(doubtful).then(pl.lit("ambiguous_number")).otherwise(bad)
    return bad
