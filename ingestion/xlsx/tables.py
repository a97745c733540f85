"""The one table of a workbook: chosen only when there is one; its rows, and what is wrong in them.

Rows hidden by a filter, and hidden rows and columns, are data like any other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from ingestion.reasons import FileRefused
from ingestion.tables import (
    MAX_COLUMNS,
    MAX_SHOWN,
    PROBLEM_SCHEMA,
    Table,
    folded,
    is_total,
    unique_names,
)
from ingestion.xlsx.heads import Head, find_head, is_known, may_be_known
from ingestion.xlsx.workbook import Page, Workbook

_UNIT = "単位|千円|万円"
_UNIT_NOTE = re.compile(f"^[(（]?(?:{_UNIT})")
_FOOTNOTE = rf"^[(\[]?(?:※|注|\*|備考[:：]|以上$|{_UNIT})"
_FEWEST_HEADERS = 2
_LONGEST_HEADER = 120
_MERGE = ("first_row", "first_column", "last_row", "last_column")


@dataclass(frozen=True)
class _Layout:
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


def find_table(workbook: Workbook, known: frozenset[str]) -> Table:
    """The table of the only sheet with known headers, else of the only one with cells.

    Raises FileRefused when there is no table, or more than one.
    """
    pages = [page for page in workbook.pages if page.cells.height]
    heads = [find_head(page.cells, page.merges, known) for page in pages]
    places = [place for place, head in enumerate(heads) if head.is_known] or list(range(len(pages)))
    if len(places) != 1:
        raise FileRefused("several_tables" if places else "empty_file")
    place = places[0]
    table = read_page(pages[place], heads[place], known)
    unread = [("other_sheet", page.name) for page in pages if page is not pages[place]]
    unread += [("hidden_sheet", name) for name in workbook.hidden]
    sheets = [(None, None, name[:MAX_SHOWN], code) for code, name in unread]
    return replace(
        table,
        warnings=pl.concat([_problems(sheets), table.warnings]),
        encoding="xlsx",
        # serials without a date format count from another day in 1904 books: not to be read
        is_workbook=not workbook.counts_from_1904,
        dialect=f"header in row {heads[place].last}",
    )


def read_page(page: Page, head: Head, known: frozenset[str]) -> Table:
    """The table under a header. Raises FileRefused when there is another one beside or below."""
    layout = _lay_out(page, head)
    if len(layout.columns) > MAX_COLUMNS:
        raise FileRefused("too_many_columns", f"{len(layout.columns)} > {MAX_COLUMNS}")
    rows = _wide(layout)
    _refuse_neighbours(layout, rows, known)
    rows = rows.with_columns(first=_first_cell(layout))
    rows = rows.with_columns(is_note=_is_note(layout), is_ignored=_is_ignored(layout))
    left_out = rows["is_note"] | rows["is_ignored"]
    kept = rows.filter(left_out.not_()) if left_out.any() else rows
    _refuse_other_header(layout, kept, known)
    faults = _faults(page, layout, kept)
    useful = _useful_columns(layout, known)
    problems = _labelled(
        faults.filter(pl.col("col").is_in(useful)).unique("row", keep="first"), layout
    )
    failing = pl.col("row").is_in(problems["row_number"].implode())
    good = kept.filter(failing.not_()) if problems.height else kept
    bad = kept.filter(failing) if problems.height else kept.clear()
    number = pl.col("row").cast(pl.Int64).alias("row_number")
    harmless = faults.filter(pl.col("col").is_in(useful).not_()).join(good, on="row", how="semi")
    harmless = harmless.unique(["col", "reason_code"], keep="first", maintain_order=True)
    return Table(
        header=layout.header,
        rows=good.select(*layout.labels).rename(layout.labels),
        numbers=good.select(number).to_series(),
        problems=problems,
        unread=bad.select(number, *layout.labels).rename(layout.labels),
        warnings=pl.concat([_warnings(layout, good), _labelled(harmless, layout)]),
        notes=_notes(page, layout, rows),
        ignored=int(rows["row"].max() or head.last) - head.last - kept.height,  # type: ignore[arg-type]
    )


def _lay_out(page: Page, head: Head) -> _Layout:
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
        return _Layout(head, ordered, body, body.clear())
    inside = pl.col("col").is_in(ordered)
    return _Layout(head, ordered, body.filter(inside), body.filter(inside.not_()))


def _unit_columns(cells: pl.DataFrame) -> set[int]:
    """Columns that hold nothing but notes about units."""
    is_note = pl.col("text").str.contains(_UNIT_NOTE.pattern).all()
    return set(cells.group_by("col").agg(is_note).filter(pl.col("text"))["col"])


def _wide(layout: _Layout) -> pl.DataFrame:
    """`row` and one text column for each column of the table, named by its number."""
    rows = layout.body.select(pl.col("row").unique().sort())
    parts = layout.body.select("row", "col", "text").partition_by("col", as_dict=True)
    columns = [rows["row"]]
    for column in layout.columns:
        part = parts.get((column,))
        if part is None:
            text = pl.repeat("", rows.height, dtype=pl.String, eager=True)
        elif part.height == rows.height:
            text = part["text"]
        else:
            joined = rows.join(part, on="row", how="left", maintain_order="left")
            text = joined["text"].fill_null("")
        columns.append(text.alias(str(column)))
    return pl.DataFrame(columns)


def _refuse_neighbours(layout: _Layout, rows: pl.DataFrame, known: frozenset[str]) -> None:
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


def _first_cell(layout: _Layout) -> pl.Expr:
    cells = [pl.col(str(column)) for column in layout.columns]
    return pl.coalesce(pl.when(cell != "").then(cell) for cell in cells)


def _is_note(layout: _Layout) -> pl.Expr:
    """A remark under or between the rows: one cell alone that begins as remarks do."""
    remark = pl.col("first").str.normalize("NFKC").str.contains(_FOOTNOTE)
    cells = [(pl.col(str(column)) != "").cast(pl.UInt32) for column in layout.columns]
    return (remark & (pl.sum_horizontal(cells) == 1)).fill_null(False)


def _is_ignored(layout: _Layout) -> pl.Expr:
    """Totals, and the header once more."""
    names = [(column, layout.head.names.get(column, "").strip()) for column in layout.columns]
    repeated = pl.all_horizontal(pl.col(str(c)).str.strip_chars() == name for c, name in names)
    return (repeated | is_total(pl.col("first"))).fill_null(False)


def _refuse_other_header(layout: _Layout, kept: pl.DataFrame, known: frozenset[str]) -> None:
    """Another table below: a row that consists of known headers."""
    short = (pl.col("text").str.len_bytes() <= _LONGEST_HEADER) & (pl.col("text") != "")
    words = layout.body.filter(short & pl.col("text").str.contains(r"\d").not_())["text"].unique()
    headers = words.filter(
        words.to_frame().select(folded(pl.col("text")).is_in(list(known)))["text"]
    )
    if len(headers) < _FEWEST_HEADERS:
        return
    hits = layout.body.filter(pl.col("text").is_in(headers.implode()))
    found = hits.group_by("row").agg(pl.col("text").n_unique().alias("hits"))
    filled = layout.body.group_by("row").len("filled")
    found = found.filter(pl.col("hits") >= _FEWEST_HEADERS).join(filled, on="row")
    found = found.filter(pl.col("hits") * 2 > pl.col("filled")).join(kept, on="row", how="semi")
    if found.height:
        raise FileRefused("several_tables")


def _useful_columns(layout: _Layout, known: frozenset[str]) -> list[int]:
    """Columns whose cells may be used: where no header is known, all."""
    names = layout.head.names
    if not layout.head.is_known:
        return list(layout.columns)
    return [column for column in layout.columns if may_be_known(names.get(column, ""), known)]


def _faults(page: Page, layout: _Layout, kept: pl.DataFrame) -> pl.DataFrame:
    """row, col, value and reason_code of cells that cannot be read, by row and column."""
    error = pl.when("is_error").then(pl.lit("cell_error"))
    cells = layout.body.select("row", "col", value="raw", reason_code=pl.coalesce("fault", error))
    cells = cells.filter(pl.col("reason_code").is_not_null())
    return (
        pl.concat([cells, _covered(page, layout)])
        .join(kept, on="row", how="semi")
        .sort("row", "col")
    )


def _labelled(faults: pl.DataFrame, layout: _Layout) -> pl.DataFrame:
    """Faults as problems: with the number of their row and the name of their column."""
    return faults.sort("row", "col").select(
        pl.col("row").cast(pl.Int64).alias("row_number"),
        pl.col("col").cast(pl.String).replace(layout.labels).alias("column_name"),
        pl.col("value").str.slice(0, MAX_SHOWN),
        "reason_code",
    )


def _covered(page: Page, layout: _Layout) -> pl.DataFrame:
    """Cells of rows that a merged one covers: only its first cell has the value.

    Columns without a header do not count: there, cells are merged like their header.
    """
    named = [column for column in layout.columns if layout.head.names.get(column)]
    below = [merge for merge in page.merges if merge.last_row > layout.head.last]
    last = layout.body["row"].max() or 0
    return (
        pl.DataFrame(below, schema=dict.fromkeys(_MERGE, pl.Int64), orient="row")
        .with_columns(
            row=pl.int_ranges(
                pl.max_horizontal("first_row", pl.lit(layout.head.last + 1)),
                pl.min_horizontal("last_row", pl.lit(last)) + 1,
            ),
            col=pl.int_ranges(
                "first_column", pl.min_horizontal("last_column", pl.lit(max(named, default=0))) + 1
            ),
        )
        .explode("row", empty_as_null=False)
        .explode("col", empty_as_null=False)
        .filter(pl.col("col").is_in(named))
        .filter((pl.col("row") != pl.col("first_row")) | (pl.col("col") != pl.col("first_column")))
        .select(
            pl.col("row", "col").cast(pl.UInt32),
            value=pl.lit(None, pl.String),
            reason_code=pl.lit("merged_cell"),
        )
    )


def _warnings(layout: _Layout, good: pl.DataFrame) -> pl.DataFrame:
    """One for each column with formulas, at the first of them; one for the cells beside."""
    formulas = layout.body.filter("formula")
    if formulas.height:
        formulas = formulas.join(good, on="row", how="semi")
    first = formulas.unique("col", keep="first", maintain_order=True).sort("col")
    found: list[tuple[int, str | None, str, str]] = [
        (row, layout.labels[str(column)], text[:MAX_SHOWN], "formula_value")
        for row, column, text in first.select("row", "col", "text").iter_rows()
    ]
    for row, text in layout.beside.select("row", "text").head(1).iter_rows():
        found.append((row, None, text[:MAX_SHOWN], "cells_beside_table"))
    return _problems(found)


def _notes(page: Page, layout: _Layout, rows: pl.DataFrame) -> tuple[str, ...]:
    """What is written above, beside and under the table, a line for each row."""
    above = page.cells.filter(pl.col("row") < layout.head.first)
    head = [name for column, name in layout.head.names.items() if column not in layout.columns]
    under = layout.body.join(rows.filter("is_note"), on="row", how="semi")
    around = pl.concat([above, layout.beside, under]).filter(pl.col("text") != "")
    lines = around.group_by("row", maintain_order=True).agg(pl.col("text").str.join(" "))
    return (*lines["text"], *head)


def _problems(rows: Sequence[tuple[int | None, str | None, str, str]]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=PROBLEM_SCHEMA, orient="row")
