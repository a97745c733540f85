"""Why the text of a cell is no value of its column."""

from __future__ import annotations

import polars as pl

from ingestion.columns import Column, Kind
from ingestion.values import amounts, ids, quantities
from ingestion.values.rest import nulls

_DITTO = r"^[〃々″]+$|^(?:同上|同左|同じ)$"
_CELL_ERROR = r"^#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!)$"
# A number that says there is none: in a column that may be empty it is taken as empty.
PLACEHOLDER = "placeholder_id"
_REMARK_START = "^[〃々″同#]"


def reasons_of(text: pl.Series, value: pl.Series, column: Column, unit: int) -> pl.Series:
    """Why cells fail, null where they do not; looked for only where there may be one."""
    reason = nulls("reason", pl.String(), len(text))
    unread = pl.col("text").is_not_null() & pl.col("value").is_null()
    if value.dtype == pl.String:
        unread |= pl.col("text").str.contains(_REMARK_START)
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
        .when(pl.col("value").is_null())
        .then(_failure(pl.col("text"), column, unit))
    )
    return reason.scatter(places, doubtful.select(code).to_series()).rename("reason")


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
    if column.kind is Kind.RATE and unit != 1:
        doubtful = text.str.contains(quantities.SHARE)
        return pl.when(doubtful).then(pl.lit("ambiguous_number")).otherwise(bad)
    return bad
