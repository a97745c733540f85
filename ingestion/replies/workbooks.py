"""The workbook of a partner's rejected rows: ready to be corrected and sent again."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import polars as pl
import xlsxwriter

from ingestion.own_columns import LINE_COLUMN, OTHER_REASON_COLUMN, REASON_COLUMN
from ingestion.replies.formulas import neutralise

MAX_ROWS = 50_000
_SHEET = "要修正"
_MAX_CELL = 32_767
_A4 = 9
_LINE_WIDTH, _WIDTH_SAMPLE, _MARGIN = 12, 200, 3
_WIDEST, _REASON_WIDTH = 40, 60
# A fixed date inside the workbook: the same rows give the same bytes.
_MADE_AT = datetime(2000, 1, 1, tzinfo=UTC)
_FONT = {"font_name": "Yu Gothic", "font_size": 10, "valign": "top"}
_HEAD = {**_FONT, "bold": True, "font_color": "#FFFFFF", "bg_color": "#1F3A5F", "text_wrap": True}
# As text, so that numbers keep their zeros when somebody corrects them.
_CELL = {**_FONT, "num_format": "@"}
_FAILING = {**_CELL, "bg_color": "#FCE4E4", "font_color": "#9C1C1C"}
_WHY = {**_FONT, "text_wrap": True, "bg_color": "#FFF8E1"}
_WHY_HEAD = {**_HEAD, "bg_color": "#8A5A00"}


@dataclass(frozen=True)
class Returned:
    """Rows that go back. `rows`: the partner's columns as text, in the order of the file; `lines`:
    where each stood there; `reasons`: one sentence each; `failing`: (place of the row, column)."""

    rows: pl.DataFrame
    lines: pl.Series
    reasons: pl.Series
    failing: Sequence[tuple[int, str]]


def write_workbook(returned: Returned) -> bytes:
    """The same rows give the same bytes. No more than MAX_ROWS, the first ones."""
    buffer = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"created": _MADE_AT})
        _fill(book, returned)
    return buffer.getvalue()


def _fill(book: xlsxwriter.Workbook, returned: Returned) -> None:
    sheet = book.add_worksheet(_SHEET)
    cell, failing = book.add_format(_CELL), book.add_format(_FAILING)
    rows = returned.rows.head(MAX_ROWS).select(_safe(pl.all()))
    heads = pl.DataFrame({"head": rows.columns}).select(_safe(pl.col("head")))["head"]
    for place, name in enumerate(rows.columns):
        sheet.write_string(0, place, heads[place], book.add_format(_HEAD))
        sheet.write_column(1, place, rows[name].fill_null(""), cell)
        sheet.set_column(place, place, _width(name, rows[name]), cell)
    for row, name in returned.failing:
        if row < rows.height:
            value = rows[name][row] or ""
            sheet.write_string(row + 1, rows.get_column_index(name), value, failing)
    _explain(book, sheet, returned, rows)
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.autofilter(0, 0, rows.height, rows.width + 1)
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{rows.height + 1}"})


def _explain(
    book: xlsxwriter.Workbook,
    sheet: xlsxwriter.worksheet.Worksheet,
    returned: Returned,
    rows: pl.DataFrame,
) -> None:
    """The columns of ours, after the partner's own."""
    why, head = book.add_format(_WHY), book.add_format(_WHY_HEAD)
    place, count = rows.width, rows.height
    taken = {REASON_COLUMN, OTHER_REASON_COLUMN} & set(rows.columns)
    # a sentence begins with the partner's name of the column
    reasons = returned.reasons.head(count).to_frame("why").select(_safe(pl.col("why")))["why"]
    sheet.write_string(0, place, OTHER_REASON_COLUMN if taken else REASON_COLUMN, head)
    sheet.write_column(1, place, reasons, why)
    sheet.set_column(place, place, _REASON_WIDTH)
    sheet.write_string(0, place + 1, LINE_COLUMN, head)
    sheet.write_column(1, place + 1, returned.lines.head(count), why)
    sheet.set_column(place + 1, place + 1, _LINE_WIDTH)


def _safe(text: pl.Expr) -> pl.Expr:
    return neutralise(text).str.slice(0, _MAX_CELL)


def _width(name: str, cells: pl.Series) -> float:
    """Characters; Japanese ones take the room of two."""
    texts = pl.Series([name, *cells.head(_WIDTH_SAMPLE).fill_null("")])
    wide = texts.str.count_matches(r"[^\x00-\x7f]")
    longest = (texts.str.len_chars() + wide).max()
    assert isinstance(longest, int)
    return min(longest + _MARGIN, _WIDEST)
