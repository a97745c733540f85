"""Units that stand in no cell of a workbook: in text boxes, comments, page headers, sheet names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tests.ingestion.conftest import House
from tests.ingestion.workbook_bytes import MAIN, RELATIONS, pack, parts, read_book, row

HEADER = ["契約番号", "商品コード", "契約日", "初期費用", "月額"]
ROW = ["K1", "X", "2026-10-01", 120, 5]
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
Fill = Callable[[Any, str], object]
PLACES: dict[str, Fill] = {
    "図形": lambda sheet, text: sheet.insert_textbox("G1", text),
    "コメント": lambda sheet, text: sheet.write_comment("D1", text),
    "ヘッダー": lambda sheet, text: sheet.set_header(f'&L&"游ゴシック,太字"&10{text}&R&P/&N'),
    "フッター": lambda sheet, text: sheet.set_footer(f"&C{text}"),
    "入力時": lambda sheet, text: sheet.data_validation(
        "D2:D9", {"validate": "any", "input_message": text}
    ),
    "シート名": lambda sheet, text: setattr(sheet, "name", text.replace("：", "_")),
}


def send(house: House, fill: Callable[[Any], object], *above: str, header: object = HEADER) -> None:
    path = house.home / "made.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for place, cells in enumerate([*([note] for note in above), header, ROW]):
            sheet.write_row(place, 0, cells)
        fill(sheet)
    house.put("partners/P1/contracts.xlsx", path.read_bytes())


def answer(house: House) -> tuple[str | None, list[int | None]]:
    """(Why the file was refused, the initial fees that were taken.)"""
    intake = house.read()
    (code,) = intake.files.filter(_file_name="contracts.xlsx")["reason_code"]
    taken = intake.tables["contracts"].filter(_uploader_id="P1")["initial_yen"].to_list()
    return code, taken


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("text", ["単位：千円", "金額は百万円", "(万円)"])
def test_unit_outside_the_cells_refuses_the_file(house: House, place: str, text: str) -> None:
    send(house, lambda sheet: PLACES[place](sheet, text))
    assert answer(house) == ("unclear_unit", [])


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("text", ["単位：円", "株式会社千円堂", "10月 契約一覧", "千円未満切捨て"])
def test_other_words_outside_the_cells_cost_nothing(house: House, place: str, text: str) -> None:
    send(house, lambda sheet: PLACES[place](sheet, text))
    assert answer(house) == (None, [120])


@pytest.mark.parametrize("place", PLACES)
def test_unit_outside_the_cells_may_say_the_same_as_the_cells(house: House, place: str) -> None:
    send(house, lambda sheet: PLACES[place](sheet, "単位：千円"), "（単位：千円）")
    assert answer(house) == (None, [120_000])


@pytest.mark.parametrize("note", ["単位：円", "単位：万円"])
def test_unit_outside_the_cells_that_differs_refuses_the_file(house: House, note: str) -> None:
    send(house, lambda sheet: sheet.insert_textbox("G1", "単位：千円"), note)
    assert answer(house) == ("unclear_unit", [])


def test_unit_outside_the_cells_agrees_with_headers_that_say_it(house: House) -> None:
    header = [*HEADER[:3], "初期費用（千円）", "月額（千円）"]
    send(house, lambda sheet: sheet.set_header("&C単位：千円"), header=header)
    assert answer(house) == (None, [120_000])


@pytest.mark.parametrize(("text", "refused"), [("値引き50万円", False), ("見積は120千円", True)])
def test_amount_in_a_comment_counts_where_the_sheet_has_its_number(
    house: House, text: str, refused: bool
) -> None:
    send(house, lambda sheet: sheet.write_comment("E2", text))
    assert answer(house) == (("unclear_unit", []) if refused else (None, [120]))


def with_part(path: Path, kind: str, content: bytes, sheet: bytes | None = None) -> Path:
    """A book whose sheet points at one more part."""
    relations = (
        f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{RELATIONS}/{kind}"'
        ' Target="../more/part1.xml"/></Relationships>'
    )
    rows = row(1, "lead_id", "会社名", "金額") + row(2, "L1", "あ", "120")
    book = parts(rows) | {"xl/more/part1.xml": content}
    book["xl/worksheets/_rels/sheet1.xml.rels"] = sheet or relations.encode()
    return pack(path / "book.xlsx", book)


BOX = b"<d><sp><txBody><p><r><t>%s</t></r><r><t>%s</t></r></p></txBody></sp>"


def test_text_of_a_box_is_put_together_from_its_runs(tmp_path: Path) -> None:
    content = BOX % ("単位：千".encode(), "円".encode()) + b"</d>"
    table = read_book(with_part(tmp_path, "drawing", content))
    assert table.notes == ("図形「単位：千円」",)


def test_threaded_comment_is_read(tmp_path: Path) -> None:
    text = '<ThreadedComments><threadedComment ref="C1"><text>千円です</text></threadedComment>'
    content = f"{text}</ThreadedComments>".encode()
    table = read_book(with_part(tmp_path, "threadedComment", content))
    assert table.notes == ("コメント「千円です」",)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<d><sp>",
        b"\x00\xff",
        b"<!DOCTYPE d [<!ENTITY a 'ha'>]><d>&a;</d>",
        b"<a>" * 100_000,
        b"<d>" + b"<t>x</t>" * 1_000_000 + b"</d>",
    ],
)
def test_damaged_drawing_costs_nothing(tmp_path: Path, content: bytes) -> None:
    table = read_book(with_part(tmp_path, "drawing", content))
    assert (table.refusal, table.notes, table.rows.height) == (None, (), 1)


def test_unit_before_the_damage_is_found(tmp_path: Path) -> None:
    content = BOX % ("単位：".encode(), "千円".encode()) + b"<broken"
    assert read_book(with_part(tmp_path, "drawing", content)).notes == ("図形「単位：千円」",)


def test_damaged_relations_of_a_sheet_cost_nothing(tmp_path: Path) -> None:
    table = read_book(with_part(tmp_path, "drawing", b"<d/>", sheet=b"<Relation"))
    assert (table.refusal, table.rows.height) == (None, 1)


def test_page_header_is_found_by_the_full_parse_too(tmp_path: Path) -> None:
    rows = row(1, "lead_id", "会社名", "金額") + row(2, "L1", "あ", "120")
    tail = "<headerFooter><oddHeader>&amp;R単位：千円</oddHeader></headerFooter>"
    book = parts(rows, tail=tail)
    odd = book["xl/worksheets/sheet1.xml"].replace(MAIN.encode(), MAIN.encode() + b'"  x="')
    commented = odd.replace(b"<sheetData>", b"<sheetData><!-- -->")
    for sheet in (odd, commented):
        path = pack(tmp_path / "book.xlsx", book | {"xl/worksheets/sheet1.xml": sheet})
        assert read_book(path).notes == ("ヘッダー・フッター「単位：千円」",)
