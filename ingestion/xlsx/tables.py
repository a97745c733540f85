"""The one table of a workbook: chosen only when there is one; its rows, and what is wrong in them.

Rows hidden by a filter, and hidden rows and columns, are data like any other.
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from ingestion.reasons import FileRefused
from ingestion.tables import MAX_COLUMNS, MAX_SHOWN, Table, is_total
from ingestion.units import mentions_money
from ingestion.xlsx.amounts import refuse_unnamed_amounts, with_seen_units
from ingestion.xlsx.blanks import prepared_rows
from ingestion.xlsx.findings import faults_of, labelled, notes_of, problems_of, warnings_of
from ingestion.xlsx.heads import Head, find_head, may_be_known, with_unit_row
from ingestion.xlsx.layout import UNIT, Layout, lay_out, wide, with_plain_points
from ingestion.xlsx.margins import with_notes_of
from ingestion.xlsx.neighbours import aliens_of, refuse_neighbours, refuse_other_headers
from ingestion.xlsx.page import Page
from ingestion.xlsx.workbook import Workbook

# What is neither a remark nor a total, as the first cell of most rows.
_NUMBERED = r"^[A-Za-z0-9][A-Za-z0-9_-]*[0-9]$"
_FOOTNOTE = (
    rf"^[(\[]?(?:※|注|\*|備考[:：]|以上$|{UNIT}|以下(?:余白|空白)"
    r"|(?:全|計|合計|件数[:は]?)?[0-9,]+件[)\]]?$)"
)


def find_table(workbook: Workbook, known: frozenset[str]) -> Table:
    """The table of the only sheet with known headers, else of the only one with cells.

    Raises FileRefused when there is no table, or more than one.
    """
    pages = [page for page in workbook.pages if page.cells.height]
    heads = [find_head(page.cells, page.merges, known) for page in pages]
    places = [place for place, head in enumerate(heads) if head.is_known] or list(range(len(pages)))
    for place in places:
        if heads[place].is_side:
            raise FileRefused("transposed", pages[place].name[:MAX_SHOWN])
    if not places:
        raise FileRefused("empty_file")
    if len(places) > 1:
        named = "、".join(f"{pages[each].name}（{heads[each].first} 行目）" for each in places)
        raise FileRefused("several_tables", named[:MAX_SHOWN])
    place = places[0]
    others = [page for page in pages if page is not pages[place]]
    table = read_page(with_notes_of(pages[place], others), heads[place], known)
    unread = [("other_sheet", page.name) for page in others]
    unread += [("hidden_sheet", name) for name in workbook.hidden]
    sheets = [(None, None, name[:MAX_SHOWN], code) for code, name in unread]
    return replace(
        table,
        warnings=pl.concat([problems_of(sheets), table.warnings]),
        encoding="xlsx",
        # serials without a date format count from another day in 1904 books: not to be read
        is_workbook=not workbook.counts_from_1904,
        dialect=f"header in row {heads[place].last}",
    )


def read_page(page: Page, head: Head, known: frozenset[str]) -> Table:
    """The table under a header. Raises FileRefused when there is another one beside or below."""
    head = with_unit_row(page, head)
    layout = lay_out(page, head)
    if len(layout.columns) > MAX_COLUMNS:
        raise FileRefused("too_many_columns", f"{len(layout.columns)} > {MAX_COLUMNS}")
    layout = with_seen_units(layout, notes_of(page, layout, layout.body.clear()))
    rows = with_plain_points(layout, wide(layout))
    refuse_neighbours(layout, rows, known)
    refuse_unnamed_amounts(layout)
    is_note, is_ignored = _no_rows(layout, rows)
    is_ignored |= prepared_rows(layout, rows)
    left_out = is_note | is_ignored
    kept = rows.filter(left_out.not_()) if left_out.any() else rows
    _refuse_units_between(layout, rows.filter(is_note), kept)
    refuse_other_headers(page, layout, kept, known)
    faults = faults_of(page, layout, kept, aliens_of(layout, kept, known))
    useful = pl.col("col").is_in(_useful_columns(layout, known))
    is_alien = pl.col("reason_code") == "alien_row"
    harmless, good, bad = faults, kept, kept.clear()
    if faults.height:
        faults = faults.filter(useful | is_alien)
        faults = faults.unique(["row", "col"], keep="first", maintain_order=True)
        failing = pl.col("row").is_in(faults["row"].implode())
        good, bad = kept.filter(failing.not_()), kept.filter(failing)
        harmless = harmless.filter(useful.not_()).join(good, on="row", how="semi")
        harmless = harmless.unique(["col", "reason_code"], keep="first", maintain_order=True)
    number = pl.col("row").cast(pl.Int64).alias("row_number")
    return Table(
        header=layout.header,
        rows=good.select(*layout.labels).rename(layout.labels),
        numbers=good["row"].cast(pl.Int64).alias("row_number"),
        problems=labelled(faults, layout),
        unread=bad.select(number, *layout.labels).rename(layout.labels),
        warnings=pl.concat([warnings_of(page, layout, good), labelled(harmless, layout)]),
        notes=notes_of(page, layout, rows.filter(is_note)),
        ignored=(rows.select(pl.col("row").max()).item() or head.last) - head.last - kept.height,
    )


def _refuse_units_between(layout: Layout, remarks: pl.DataFrame, kept: pl.DataFrame) -> None:
    """A note about money with rows above and below it: of which of them, nobody knows."""
    if remarks.is_empty() or kept.is_empty():
        return
    between = remarks.filter(pl.col("row").is_between(kept["row"].min(), kept["row"].max()))
    cells = layout.body.join(between, on="row", how="semi", maintain_order="left")
    for text in cells["text"]:
        if mentions_money(text):
            raise FileRefused("unclear_unit", text.strip()[:MAX_SHOWN])


def _no_rows(layout: Layout, rows: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    """Which rows are remarks, and which are totals or the header once more.

    A remark is one cell alone, under or between the rows, that begins as remarks do.
    """
    cells = [pl.col(str(column)) for column in layout.columns]
    names = [layout.head.names.get(column, "").strip() for column in layout.columns]
    first = rows[str(layout.columns[0])]
    if (first == "").any():
        first = rows.select(
            pl.coalesce(pl.when(cell != "").then(cell) for cell in cells)
        ).to_series()
    start = rows[str(layout.columns[0])]
    if first.str.contains(_NUMBERED).all():
        first = first.clear(first.len())
    found = pl.DataFrame({"first": first, "start": start}).select(
        is_remark=pl.col("first").str.normalize("NFKC").str.contains(_FOOTNOTE).fill_null(False),
        is_total=is_total(pl.col("first")).fill_null(False),
        is_repeated=pl.col("start").str.strip_chars() == names[0],
    )
    is_note, is_ignored = found["is_remark"], found["is_total"]
    if is_note.any():
        filled = pl.sum_horizontal((cell != "").cast(pl.UInt32) for cell in cells)
        is_note &= rows.select(filled == 1).to_series()
    if found["is_repeated"].any():
        same = (cell.str.strip_chars() == name for cell, name in zip(cells, names, strict=True))
        is_ignored |= rows.select(pl.all_horizontal(same)).to_series()
    return is_note, is_ignored


def _useful_columns(layout: Layout, known: frozenset[str]) -> list[int]:
    """Columns whose cells may be used: where no header is known, all."""
    names = layout.head.names
    if not layout.head.is_known:
        return list(layout.columns)
    return [column for column in layout.columns if may_be_known(names.get(column, ""), known)]
