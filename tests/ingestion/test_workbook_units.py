"""Units, tax and blank rows where workbooks have them: under merged headers, on other sheets."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from tests.ingestion.conftest import House
from tests.ingestion.workbook_bytes import read_book

Write = Callable[..., Path]
HEADER = ["契約番号", "商品コード", "契約日", "初期費用", "月額料金"]
ROWS: list[list[object]] = [
    [f"K{place}", "X", f"2026-10-0{place}", 100 + place, 5] for place in range(1, 5)
]


def refusal(house: House, book: Path, name: str = "contracts.xlsx") -> str | None:
    house.put(f"partners/P1/{name}", book.read_bytes())
    files = house.read().files.filter(_uploader_id="P1")
    code: str | None = files["reason_code"][0]
    return code


def merged(tmp_path: Path, notes: list[str]) -> Path:
    """A book whose other headers reach down beside these notes under the amounts."""
    path = tmp_path / "merged.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        for place, name in enumerate(HEADER[:3]):
            sheet.merge_range(0, place, 1, place, name)
        sheet.write_row(1, 3, notes)
        for place, cells in enumerate(ROWS, start=2):
            sheet.write_row(place, 0, cells)
    return path


@pytest.mark.parametrize("note", ["税抜・千円", "（税別,千円）", "(千円)", "単位：千円"])
def test_unit_beside_merged_headers_is_read(tmp_path: Path, house: House, note: str) -> None:
    assert refusal(house, merged(tmp_path, [note, "円"])) is None
    taken = house.read().tables["contracts"].filter(_uploader_id="P1")
    assert taken["initial_yen"].to_list() == [101_000, 102_000, 103_000, 104_000]
    assert taken["monthly_yen"].unique().to_list() == [5]


@pytest.mark.parametrize(
    ("note", "codes"),
    [
        ("税込", {"tax_included"}),
        ("千", {"unclear_unit", "unclear_amount"}),
        ("×1,000", {"unclear_unit", "unclear_amount"}),
        ("K", {"unclear_unit", "unclear_amount"}),
    ],
)
def test_tax_or_odd_unit_beside_merged_headers_refuses(
    tmp_path: Path, house: House, note: str, codes: set[str]
) -> None:
    assert refusal(house, merged(tmp_path, [note, note])) in codes


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (["", "", "", "（千円・税抜）", "（千円・税抜）"], None),
        (["(番号)", "", "(日付)", "(千円)", "(千円)"], None),
        (["", "", "", "税込", "税込"], "tax_included"),
        (["No.", "", "西暦", "千円", "千円"], "unclear_unit"),
        (["", "", "(例)2026/10/1", "(千円)", "(千円)"], "unclear_unit"),
        (["", "", "", "千", "千"], "unclear_unit"),
    ],
)
def test_row_of_notes_under_the_header_is_applied_or_refuses(
    house: House, write_workbook: Write, cells: list[object], code: str | None
) -> None:
    assert refusal(house, write_workbook([HEADER, cells, *ROWS])) == code
    taken = house.read().tables["contracts"].filter(_uploader_id="P1")["initial_yen"]
    assert taken.to_list() == ([] if code else [101_000, 102_000, 103_000, 104_000])


@pytest.mark.parametrize(
    ("note", "code"),
    [
        ("単位：千円", "unclear_unit"),
        ("金額は千円単位", "unclear_unit"),
        ("金額は税込です", "tax_included"),
        ("千円堂の契約一覧", None),
    ],
)
def test_cover_that_states_a_unit_refuses(
    house: House, write_workbook: Write, note: str, code: str | None
) -> None:
    cover: list[list[object]] = [["表紙"], [note]]
    assert refusal(house, write_workbook([HEADER, *ROWS], cover)) == code


def test_unit_of_another_sheet_with_numbers_is_that_of_its_numbers(
    house: House, write_workbook: Write
) -> None:
    summary: list[list[object]] = [["単位：千円"], ["10月", 4]]
    assert refusal(house, write_workbook([HEADER, *ROWS], summary)) is None


@pytest.mark.parametrize(
    ("name", "code"), [("契約（千円）", "unclear_unit"), ("契約（税込）", "tax_included")]
)
def test_name_of_the_file_that_states_a_unit_refuses(
    house: House, write_workbook: Write, name: str, code: str
) -> None:
    assert refusal(house, write_workbook([HEADER, *ROWS]), f"{name}.xlsx") == code


@pytest.mark.parametrize(
    "rows",
    [
        [["金額は1,000円単位"], HEADER, *ROWS],
        [HEADER, *ROWS[:2], ["（単位：千円）"], HEADER, *ROWS[2:]],
    ],
)
def test_unit_of_some_rows_or_in_odd_words_refuses(
    house: House, write_workbook: Write, rows: list[list[object]]
) -> None:
    assert refusal(house, write_workbook(rows)) == "unclear_unit"


def test_numbers_without_a_header_refuse(write_workbook: Write) -> None:
    rows = [[*HEADER[:3], "", "備考"], *([*cells[:3], 120_000, ""] for cells in ROWS)]
    refused = read_book(write_workbook(rows)).refusal
    assert refused is not None and refused.code == "unclear_amount"


def test_count_of_the_rows_needs_no_header(write_workbook: Write) -> None:
    rows = [["", *HEADER], *([999 + place, *cells] for place, cells in enumerate(ROWS))]
    assert read_book(write_workbook(rows)).rows.height == 4


def test_name_that_is_a_number_is_no_unit(write_workbook: Write) -> None:
    table = read_book(write_workbook([["管理番号", "会社名", "担当者"], ["L", "あ", "千"]]))
    assert table.rows.row(0) == ("L", "あ", "千")


def test_amount_over_several_rows_is_the_amount_of_none(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for place, cells in enumerate([HEADER, *ROWS]):
            sheet.write_row(place, 0, cells)
        sheet.merge_range(1, 3, 2, 3, 400)
    table = read_book(path)
    assert table.problems.select("row_number", "reason_code").rows() == [
        (2, "merged_cell"),
        (3, "merged_cell"),
    ]


@pytest.mark.parametrize(
    "blank",
    [
        lambda sheet, row: sheet.write_number(row, 0, row),
        lambda sheet, row: sheet.write_string(row, 6, "契約中"),
        lambda sheet, row: sheet.write_boolean(row, 7, False),
        lambda sheet, row: sheet.write_formula(row, 5, f"=E{row + 1}*0.1", None, 0),
    ],
)
def test_rows_that_are_prepared_for_later_are_ignored(
    tmp_path: Path, blank: Callable[..., None]
) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["No", *HEADER, "契約状態", "済"])
        for place, cells in enumerate(ROWS, start=1):
            sheet.write_row(place, 0, [place, *cells, "契約中", True])
        for place in range(5, 40):
            blank(sheet, place)
    table = read_book(path)
    assert (table.rows.height, table.problems.height, table.ignored) == (4, 0, 35)


def test_last_row_with_a_value_of_its_own_is_data(write_workbook: Write) -> None:
    rows = [["No", *HEADER], *([place, *cells] for place, cells in enumerate(ROWS, start=1))]
    table = read_book(write_workbook([*rows, [5, "K5"]]))
    assert table.rows.height == 5


def test_row_that_lacks_only_its_number_is_data(write_workbook: Write) -> None:
    rows = [HEADER, *([f"K{place}", "X", "2026-10-01", 100, 5] for place in range(4))]
    table = read_book(write_workbook([*rows, ["", "X", "2026-10-01", 100, 5]]))
    assert table.rows.height == 5


@pytest.mark.parametrize("end", ["以下余白", "4件", "総合計（4件）", "集計"])
def test_line_that_ends_a_table_is_none_of_it(write_workbook: Write, end: str) -> None:
    table = read_book(write_workbook([HEADER, *ROWS, [end]]))
    assert (table.rows.height, table.problems.height) == (4, 0)


def test_several_tables_are_named(write_workbook: Write) -> None:
    refused = read_book(write_workbook([HEADER, *ROWS], [HEADER, *ROWS])).refusal
    assert refused is not None and "Sheet1（1 行目）、Sheet2（1 行目）" in refused.ja


def test_workbook_that_was_renamed_is_read(write_workbook: Write, tmp_path: Path) -> None:
    renamed = shutil.copy(write_workbook([HEADER, *ROWS]), tmp_path / "contracts.csv")
    assert read_book(Path(renamed)).rows[HEADER[0]].to_list() == ["K1", "K2", "K3", "K4"]
