"""A statement as a workbook: the sheet a partner's bookkeeping reads, every line of it."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import polars as pl
import xlsxwriter

from ingestion.replies.formulas import neutralise
from orchestration.statements.notes import notes
from orchestration.statements.words import (
    CONTENT_HASH,
    LINE_HEADS,
    PAYABLE,
    PENDING,
    SHOWN,
    TITLE,
    addressee,
    facts,
    mark,
    opening,
    sums,
    worded,
)

_A4 = 9
# A fixed date inside the workbook: the same rows give the same bytes.
_MADE_AT = datetime(2000, 1, 1, tzinfo=UTC)
_FONT = {"font_name": "Yu Gothic", "font_size": 10, "valign": "top"}
_FORMATS: dict[str, dict[str, Any]] = {
    "title": _FONT | {"bold": True, "font_size": 16},
    "text": _FONT | {"num_format": "@"},
    "yen": _FONT | {"num_format": '#,##0;"▲"#,##0'},
    "count": _FONT | {"align": "left"},
    "head": _FONT | {"bold": True, "font_color": "#FFFFFF", "bg_color": "#1F3A5F"},
    "sum": _FONT | {"bold": True, "top": 1, "num_format": '#,##0;"▲"#,##0'},
    "label": _FONT | {"font_color": "#5B6875"},
    "note": _FONT | {"font_color": "#5B6875", "text_wrap": True},
}
_WIDTHS = (12, 20, 30, 11, 22, 16)
_AMOUNT = len(_WIDTHS) - 1
# Full-width characters that fit on one line of a note, and the height of a line in points.
_NOTE_CHARACTERS, _LINE_POINTS = sum(_WIDTHS) // 2, 15


class _Sheet:
    """Writes downwards; `row` is the next free one."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._sheet = book.add_worksheet(TITLE)
        self._formats = {name: book.add_format(look) for name, look in _FORMATS.items()}
        self.row = 0
        for place, width in enumerate(_WIDTHS):
            self._sheet.set_column(place, place, width)
        self._sheet.set_paper(_A4)
        self._sheet.fit_to_pages(1, 0)
        self._sheet.set_margins(0.6, 0.6, 0.6, 0.6)

    def write(self, cells: Mapping[int, str | int], look: str = "text") -> None:
        """One row: text as text that no spreadsheet runs, whole yen as numbers."""
        for place, value in cells.items():
            if isinstance(value, int):
                amount = look if look == "sum" else "yen"
                number = amount if place else "count"
                self._sheet.write_number(self.row, place, value, self._formats[number])
            else:
                self._sheet.write_string(self.row, place, _safe(value), self._formats[look])
        self.row += 1

    def note(self, text: str) -> None:
        """A sentence over the whole width, on as many lines as it needs."""
        self._sheet.set_row(self.row, _LINE_POINTS * math.ceil(len(text) / _NOTE_CHARACTERS))
        look = self._formats["note"]
        self._sheet.merge_range(self.row, 0, self.row, _AMOUNT, _safe(text), look)
        self.row += 1

    def skip(self) -> None:
        self.row += 1


def render_xlsx(header: Mapping[str, Any], lines: pl.DataFrame) -> bytes:
    """Workbook of one statement; header and lines as in `pages.render_html`."""
    buffer = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"created": _MADE_AT})
        sheet = _Sheet(book)
        _write_head(sheet, header)
        shown = worded(lines)
        _write_lines(sheet, LINE_HEADS, shown.filter(pl.col("status").is_in(PAYABLE)))
        for label, yen, kind in sums(header):
            look = "text" if kind == "part" else "sum"
            sheet.write({_AMOUNT - 1: label, _AMOUNT: yen}, look)
        _write_pending(sheet, shown.filter(pl.col("status").is_in(list(PENDING))))
        sheet.skip()
        for note in notes(header):
            sheet.note(note)
        sheet.note(f"{CONTENT_HASH} {header['content_sha256']}")
    return buffer.getvalue()


def _write_head(sheet: _Sheet, header: Mapping[str, Any]) -> None:
    sheet.write({0: TITLE + mark(header)}, "title")
    sheet.skip()
    sheet.write({0: header.get("partner_address") or ""})
    sheet.write({0: addressee(header)})
    vendor = ("name", "address", "department", "invoice_number")
    sheet.write({0: "発行者"}, "label")
    for name in vendor:
        sheet.write({1: header.get(f"vendor_{name}") or ""})
    for label, text in facts(header):
        sheet.write({0: label, 1: text})
    sheet.skip()
    sheet.note(opening(header))


def _write_lines(sheet: _Sheet, heads: Iterable[str], lines: pl.DataFrame) -> None:
    sheet.write(dict(enumerate(heads)), "head")
    for line in lines.select(SHOWN).iter_rows():
        sheet.write(dict(enumerate(line)))


def _write_pending(sheet: _Sheet, lines: pl.DataFrame) -> None:
    if lines.is_empty():
        return
    sheet.skip()
    sheet.write({0: "今回のお支払いに含まれない明細"}, "label")
    told = lines.with_columns(reason=pl.col("status").replace_strict(PENDING))
    _write_lines(sheet, (*LINE_HEADS[:4], "状況", LINE_HEADS[5]), told)


def _safe(text: str) -> str:
    safe: str = pl.select(neutralise(pl.lit(text))).item()
    return safe
