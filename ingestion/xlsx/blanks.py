"""Rows that somebody prepared below the data and nobody has filled in yet."""

from __future__ import annotations

import polars as pl

from ingestion.tables import fold
from ingestion.units import AMOUNT
from ingestion.xlsx.layout import Layout

# A row that lacks nothing but its number fills more of its columns with what every row holds.
_FEW = 1 / 3


def prepared_rows(layout: Layout, rows: pl.DataFrame) -> pl.Series:
    """Which rows of `rows`, the last ones, hold nothing but a running number, what every row holds
    too, formulas that give nothing yet, and FALSE."""
    nothing = pl.Series([False]).new_from_index(0, rows.height)
    if rows.height <= 1:  # one row is never prepared below another
        return nothing
    body = layout.body
    blank = _empty()
    ending = body.tail(len(layout.columns))
    columns = set(ending.filter(pl.col("row") == rows["row"][-1], blank.not_())["col"])
    # one that is no count says that there is no such row: the usual case, found at once
    others = [each for each in columns if not _is_count(rows[str(each)])]
    usual = (body["row"] == rows["row"][0]).sum()
    if len(others) > max(1, usual * _FEW) or not all(_is_default(layout, rows, x) for x in others):
        return nothing
    told = body.filter(blank.not_() & pl.col("col").is_in(list(columns)).not_())
    last = told["row"].max()
    return nothing if last is None else (rows["row"] > last)


def _empty() -> pl.Expr:
    """Whether a cell says nothing: no text, a formula that gives 0, a box that is not ticked."""
    formula = pl.col("formula") & pl.col("text").is_in(["", "0"])
    unticked = pl.col("is_typed") & (pl.col("text") == "FALSE")
    return (pl.col("text") == "") & pl.col("fault").is_null() | formula | unticked


def _is_default(layout: Layout, rows: pl.DataFrame, column: int) -> bool:
    """Whether every row holds the same, and that is no amount."""
    cells = rows[str(column)]
    if cells[0] != cells[-1] or AMOUNT.search(fold(layout.head.names.get(column, ""))):
        return False
    return cells.n_unique() == 1


def _is_count(cells: pl.Series) -> bool:
    """Whether the rows are counted: 1, 2, 3, …"""
    if cells[0] not in ("0", "1"):
        return False
    numbers = cells.cast(pl.Int64, strict=False)
    return numbers.null_count() == 0 and bool((numbers.diff().drop_nulls() == 1).all())
