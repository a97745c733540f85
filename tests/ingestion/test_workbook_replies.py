"""Rows that could not be read go back so that they fail again until somebody has corrected them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter

from ingestion.intake import Intake, write_replies
from ingestion.replies.marks import MARK
from tests.ingestion.conftest import House
from tests.ingestion.workbook_bytes import read_book

Fault = Callable[[Any, Any], object]  # the workbook and its sheet: xlsxwriter has no types
HEADER = ["契約番号", "企業名", "商品コード", "契約日", "初期費用", "電話番号"]
GOOD = ["K1", "株式会社あ", "X", "2026-10-01", 100, "03-1111-1111"]


def send(house: House, fault: Fault) -> tuple[Intake, Path]:
    """What became of a book whose second row has this fault, and the reply to it."""
    path = house.home / "sent.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for place, cells in enumerate([HEADER, GOOD, ["K2", *GOOD[1:]], ["K3", *GOOD[1:]]]):
            sheet.write_row(place, 0, cells)
        fault(book, sheet)
    house.put("partners/P1/contracts.xlsx", path.read_bytes())
    intake = house.run(1)
    replies = write_replies(house.home, intake)
    return intake, next(path for path in replies if path.name.endswith(".rejected.xlsx"))


def taken(intake: Intake) -> list[str]:
    return intake.tables["contracts"].filter(_uploader_id="P1")["contract_id"].to_list()


def shown(code: str, value: float, column: int = 4) -> Fault:
    return lambda book, sheet: sheet.write_number(
        2, column, value, book.add_format({"num_format": code})
    )


FAULTS: dict[str, Fault] = {
    "hidden thousands": shown("#,##0,", 120_000),
    "hidden number": shown(";;;", 120_000),
    "tax in the format": shown('"税込"#,##0', 110_000),
    "too long": shown("0", 1e20),
    "too long a phone": shown("0", 1234567890123456, 5),
    "day that is none": shown("yyyy/m/d", 60, 3),
    "identifier as a day": shown("yyyy/m/d", 46_300, 0),
    "struck": lambda book, sheet: sheet.write_string(
        2, 1, "株式会社い", book.add_format({"font_strikeout": True})
    ),
    "partly struck": lambda book, sheet: sheet.write_rich_string(
        2, 1, book.add_format({"font_strikeout": True}), "旧", book.add_format(), "新社"
    ),
    "merged": lambda book, sheet: sheet.merge_range(1, 1, 2, 1, "株式会社あ"),
    "formula": lambda book, sheet: sheet.write_formula(2, 4, "=50+50"),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_row_that_comes_back_untouched_is_never_taken(house: House, fault: Fault) -> None:
    first, reply = send(house, fault)
    assert "K2" not in taken(first)
    house.put("partners/P1/contracts__2.xlsx", reply.read_bytes())
    again = house.run(2)
    assert taken(again) == []
    house.put("partners/P1/contracts__3.csv", saved_as_text(reply))
    assert taken(house.run(3)) == []


def saved_as_text(reply: Path) -> str:
    """The reply as somebody's spreadsheet program saves it."""
    table = read_book(reply)
    rows = [
        frame.select(table.rows.columns) for frame in (table.rows, table.unread) if frame.height
    ]
    return pl.concat(rows).write_csv()


def test_reply_shows_what_was_seen_and_names_the_format(house: House) -> None:
    intake, reply = send(house, FAULTS["hidden thousands"])
    assert read_book(reply).unread["初期費用"].to_list() == [f"{MARK}120"]
    rejected = intake.rejected.filter(_uploader_id="P1")
    assert rejected["value"].to_list() == ["120000（表示形式：#,##0,）"]


@pytest.mark.parametrize("cell", ["株式会社い", "株式会社う"])
def test_row_without_the_mark_is_taken(house: House, cell: str) -> None:
    _, reply = send(house, FAULTS["struck"])
    text = saved_as_text(reply).replace(f"{MARK}株式会社い", cell)
    house.put("partners/P1/contracts__2.csv", text)
    assert taken(house.run(2)) == ["K2"]


def test_second_reply_has_one_mark(house: House) -> None:
    _, reply = send(house, FAULTS["struck"])
    house.put("partners/P1/contracts__2.xlsx", reply.read_bytes())
    second = write_replies(house.home, house.run(2))
    again = next(path for path in second if path.name == "contracts__2.xlsx.rejected.xlsx")
    assert read_book(again).unread["企業名"].to_list() == [f"{MARK}株式会社い"]


def test_serial_of_a_text_file_does_not_become_a_day(house: House) -> None:
    header = "契約番号,企業名,商品コード,契約日\n"
    house.put("partners/P1/contracts.csv", f"{header}K2,株式会社い,X,46300\n")
    replies = write_replies(house.home, house.run(1))
    reply = next(path for path in replies if path.name.endswith(".rejected.xlsx"))
    house.put("partners/P1/contracts__2.xlsx", reply.read_bytes())
    assert taken(house.run(2)) == []
