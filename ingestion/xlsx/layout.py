"""Where the table of a sheet lies: its columns, its rows, and their cells side by side."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import polars as pl

from ingestion.tables import fold, unique_names
from ingestion.units import AMOUNT
from ingestion.xlsx.heads import Head
from ingestion.xlsx.page import Page

UNIT = "単位|千円|万円"
_UNIT_NOTE = re.compile(f"^[(（]?(?:{UNIT})")
# 1.234: in a text, and in a number with a point that cannot group thousands.
_EITHER_POINT = r"^([1-9][0-9]{0,2}\.[0-9]{3})([^0-9.,%]*)$"


@dataclass(frozen=True)
class Layout:
    """`columns` of the table, and the cells `beside` it (of `body`: those below the header)."""

    head: Head
    columns: tuple[int, ...]
    body: pl.DataFrame
    beside: pl.DataFrame

    @property
    def header(self) -> tuple[str, ...]:
        return tuple(self.head.names.get(column, "") for column in self.columns)

    @property
    def labels(self) -> dict[str, str]:
        """Column number as text → its name in `Table.rows`."""
        return dict(zip(map(str, self.columns), unique_names(self.header), strict=True))


def lay_out(page: Page, head: Head) -> Layout:
    """Columns with a header, and those without one that touch them; what lies apart is beside."""
    body = page.cells.filter(pl.col("row") > head.last)
    filled = set(body["col"].unique())
    named = {
        column
        for column, name in head.names.items()
        if column in filled or not _UNIT_NOTE.search(name)
    }
    columns = set(named)
    unnamed = filled - named
    if unnamed:
        unnamed -= _unit_columns(body.filter(pl.col("col").is_in(unnamed)))
    while touching := {each for each in unnamed - columns if {each - 1, each + 1} & columns}:
        columns |= touching
    ordered = tuple(sorted(columns))
    if filled <= columns:
        return Layout(head, ordered, body, body.clear())
    inside = pl.col("col").is_in(ordered)
    return Layout(head, ordered, body.filter(inside), body.filter(inside.not_()))


def _unit_columns(cells: pl.DataFrame) -> set[int]:
    """Columns that hold nothing but notes about units."""
    is_note = pl.col("text").str.contains(_UNIT_NOTE.pattern).all()
    return set(cells.group_by("col").agg(is_note).filter(pl.col("text"))["col"])


def wide(layout: Layout) -> pl.DataFrame:
    """`row` and one text column for each column of the table, named by its number."""
    numbers = layout.body["row"].to_numpy()
    is_new = np.diff(numbers, prepend=0) != 0
    rows = numbers[is_new]
    texts = pl.concat([layout.body["text"], pl.Series([""])], rechunk=True)
    of = layout.body["col"].to_numpy().astype(np.uint16)
    order = np.argsort(of, kind="stable")
    bounds = np.searchsorted(of[order], [layout.columns, [each + 1 for each in layout.columns]])
    line = (np.cumsum(is_new) - 1)[order]
    cells = np.full((len(layout.columns), rows.size), order.size, np.uint32)
    for column, start, end in zip(cells, *bounds.tolist(), strict=True):
        column[line[start:end]] = order[start:end]
    filled = texts.gather(pl.Series(cells.ravel()))
    columns = [
        filled.slice(place * rows.size, rows.size).alias(str(column))
        for place, column in enumerate(layout.columns)
    ]
    return pl.DataFrame([pl.Series("row", rows), *columns])


def with_plain_points(layout: Layout, rows: pl.DataFrame) -> pl.DataFrame:
    """Amounts that are numbers with three decimals get a fourth: what a number cell holds cannot
    be 1,234 with another sign for the comma."""
    text = pl.col("text")
    for column in layout.columns:
        name = str(column)
        is_amount = AMOUNT.search(fold(layout.head.names.get(column, "")))
        if not is_amount or not rows[name].str.contains(_EITHER_POINT).any():
            continue
        numbers = layout.body.filter((pl.col("col") == column) & pl.col("is_number"))
        sure = numbers.select("row", text=text.str.replace(_EITHER_POINT, "${1}0${2}"))
        found = rows.select("row", name).join(sure, on="row", how="left", maintain_order="left")
        rows = rows.with_columns(found.select(pl.coalesce("text", name).alias(name)))
    return rows
