"""Writes tables as companies do — CSV in four encodings, workbooks — with bytes that repeat."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import polars as pl
import xlsxwriter

from .partner_files import PartnerFile

_CREATED = datetime(2025, 4, 1, tzinfo=UTC).replace(
    tzinfo=None
)  # in every workbook, whoever runs it
_EIGHT_IN_THE_EVENING = timedelta(hours=20 - 9)  # Tokyo, as UTC


def write_crm(path: Path, table: pl.DataFrame, day: date) -> None:
    """UTF-8 CSV without a byte order mark, as bulk exports are."""
    place(path, table.write_csv().encode(), day)


def write_partner_file(path: Path, file: PartnerFile) -> None:
    place(path, partner_bytes(file), file.released_on)


def partner_bytes(file: PartnerFile) -> bytes:
    if file.raw is not None:
        return file.raw
    if file.style.encoding == "xlsx":
        return _workbook(file)
    text = file.table.write_csv(line_terminator="\r\n")
    return (text + "".join(f"{line}\r\n" for line in file.ragged)).encode(file.style.encoding)


def place(path: Path, content: bytes, day: date) -> None:
    """Write, and date the file to that day's evening: nothing looks as if it were still growing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    evening = datetime(day.year, day.month, day.day, tzinfo=UTC) + _EIGHT_IN_THE_EVENING
    os.utime(path, (evening.timestamp(), evening.timestamp()))


def _workbook(file: PartnerFile) -> bytes:
    """One sheet; with `title` a heading line above the header row and a totals row below."""
    buffer, table = BytesIO(), file.table
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_numbers": False}) as book:
        book.set_properties({"created": _CREATED})
        sheet, day = book.add_worksheet("一覧"), book.add_format({"num_format": "yyyy/m/d"})
        top = 0
        if file.style.title:
            sheet.write_string(0, 0, f"{file.partner_id} ご報告 {file.released_on:%Y年%m月}分")
            top = 2
        for column, header in enumerate(table.columns):
            sheet.write_string(top, column, header)
            dated = table.schema[header] == pl.Date
            sheet.write_column(top + 1, column, table[header].to_list(), day if dated else None)
        if file.style.title:
            sheet.write_string(top + 1 + table.height, 0, "合計")
            sheet.write_string(top + 1 + table.height, 1, f"{table.height}件")
    return buffer.getvalue()
