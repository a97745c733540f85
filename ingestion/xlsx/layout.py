"""Where the table of a sheet lies: its columns, its rows, and whether it is the only one there."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import polars as pl

from ingestion.reasons import FileRefused
from ingestion.tables import folded, unique_names
from ingestion.xlsx.heads import Head, is_known
from ingestion.xlsx.workbook import Page

UNIT = "単位|千円|万円"
_UNIT_NOTE = re.compile(f"^[(（]?(?:{UNIT})")
_FEWEST_HEADERS = 2
_LONGEST_HEADER = 120


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


def refuse_neighbours(layout: Layout, rows: pl.DataFrame, known: frozenset[str]) -> None:
    """Two tables side by side: the same header on both sides of a gap, or rows in one only."""
    blocks: list[list[int]] = []
    for column in layout.columns:
        if blocks and column == blocks[-1][-1] + 1:
            blocks[-1].append(column)
        else:
            blocks.append([column])
    tables = []
    for block in blocks:
        names = {layout.head.names.get(column, "") for column in block}
        hits = {name for name in names if is_known(name, known)}
        if len(hits) >= _FEWEST_HEADERS:
            tables.append((block, hits))
    if len(tables) < _FEWEST_HEADERS:
        return
    hits_of_all = [name for _, hits in tables for name in hits]
    filled = rows.select(
        pl.any_horizontal(pl.col(str(column)) != "" for column in block).alias(str(place))
        for place, (block, _) in enumerate(tables)
    )
    apart = filled.select(pl.all_horizontal(pl.all()).not_().any()).item()
    if len(set(hits_of_all)) < len(hits_of_all) or apart:
        raise FileRefused("several_tables")


def refuse_other_header(layout: Layout, kept: pl.DataFrame, known: frozenset[str]) -> None:
    """Another table below: a row that consists of known headers."""
    text = pl.col("text")
    short = (text.str.len_bytes() <= _LONGEST_HEADER) & (text != "")
    words = layout.body["text"].unique().to_frame().filter(short & text.str.contains(r"\d").not_())
    headers = words.filter(folded(text).is_in(list(known)))["text"]
    if len(headers) < _FEWEST_HEADERS:
        return
    hits = layout.body.filter(text.is_in(headers.implode()))
    found = hits.group_by("row").agg(text.n_unique().alias("hits"))
    filled = layout.body.group_by("row").len("filled")
    found = found.filter(pl.col("hits") >= _FEWEST_HEADERS).join(filled, on="row")
    found = found.filter(pl.col("hits") * 2 > pl.col("filled")).join(kept, on="row", how="semi")
    if found.height:
        raise FileRefused("several_tables")
