"""Which table of a workbook is read, and what stands around it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from ingestion.tables import Table
from tests.ingestion.workbook_bytes import read_book

Fill = Callable[[Any], None]
HEADER = ["lead_id", "会社名", "電話番号", "金額"]
ROWS = [["L1", "あ", "03-1111-1111", 1000], ["L2", "い", "03-2222-2222", 2000]]


def book(path: Path, *sheets: Fill) -> Table:
    with xlsxwriter.Workbook(path / "book.xlsx") as made:
        for fill in sheets:
            fill(made.add_worksheet())
    return read_book(path / "book.xlsx")


def write(sheet: Any, rows: list[list[Any]], top: int = 0, left: int = 0) -> None:
    for place, cells in enumerate(rows):
        sheet.write_row(top + place, left, cells)


def code(table: Table) -> str | None:
    return table.refusal.code if table.refusal else None


def test_notes_blank_rows_totals_and_repeated_headers_are_no_rows(tmp_path: Path) -> None:
    rows = [
        ["紹介実績"],
        [],
        HEADER,
        ROWS[0],
        [],
        HEADER,
        ROWS[1],
        ["合計", "", "", 3000],
        ["※ 税抜"],
    ]
    table = book(tmp_path, lambda sheet: write(sheet, rows, left=1))
    assert table.header == tuple(HEADER)
    assert table.rows["lead_id"].to_list() == ["L1", "L2"]
    assert table.numbers.to_list() == [4, 7]
    assert table.ignored == 4
    assert table.notes == ("紹介実績", "※ 税抜")


@pytest.mark.parametrize(
    ("row", "column"), [(0, 0), (0, 3), (0, 9), (1, 4), (1, 9), (3, 6), (6, 0), (9, 3)]
)
def test_unit_note_is_found_wherever_it_stands(tmp_path: Path, row: int, column: int) -> None:
    def fill(sheet: Any) -> None:
        write(sheet, [HEADER, *ROWS], top=1)
        sheet.write(row, column, "単位：千円")

    table = book(tmp_path, fill)
    assert any("単位：千円" in note for note in table.notes)
    assert table.header == tuple(HEADER)
    assert table.rows["lead_id"].to_list() == ["L1", "L2"]


def test_note_in_merged_cells_is_a_note(tmp_path: Path) -> None:
    def fill(sheet: Any) -> None:
        sheet.merge_range("A1:D1", "紹介実績一覧")
        sheet.merge_range("C2:D2", "（単位：千円）")
        write(sheet, [HEADER, *ROWS], top=2)

    table = book(tmp_path, fill)
    assert (table.header, table.notes) == (tuple(HEADER), ("紹介実績一覧", "（単位：千円）"))


def test_hidden_sheets_are_left_out_and_said(tmp_path: Path) -> None:
    def hide(sheet: Any) -> None:
        write(sheet, [HEADER, *ROWS])
        sheet.hide()

    def bury(sheet: Any) -> None:
        write(sheet, [HEADER, *ROWS])
        sheet.very_hidden()

    table = book(
        tmp_path,
        lambda sheet: write(sheet, [HEADER, ROWS[0]]),
        hide,
        bury,
        lambda sheet: write(sheet, [["メモ"]]),
    )
    assert table.rows.height == 1
    assert table.warnings.select("value", "reason_code").rows() == [
        ("Sheet4", "other_sheet"),
        ("Sheet2", "hidden_sheet"),
        ("Sheet3", "hidden_sheet"),
    ]


def test_two_sheets_with_tables_are_refused(tmp_path: Path) -> None:
    def known(sheet: Any) -> None:
        write(sheet, [HEADER, *ROWS])

    def unknown(sheet: Any) -> None:
        write(sheet, [["い", "ろ"], [1, 2]])

    assert code(book(tmp_path, known, known)) == "several_tables"
    assert code(book(tmp_path, unknown, known)) is None
    assert code(book(tmp_path, unknown, unknown)) == "several_tables"
    assert book(tmp_path, unknown).header == ("い", "ろ")


@pytest.mark.parametrize(("top", "left"), [(5, 0), (3, 0), (0, 5), (0, 4)])
def test_second_table_in_the_sheet_is_never_mixed_in(tmp_path: Path, top: int, left: int) -> None:
    other = [["contract_id", "商品", "契約日"], ["C1", "X", "2026-10-01"]]

    def fill(sheet: Any) -> None:
        write(sheet, [HEADER, *ROWS])
        write(sheet, other, top, left)

    table = book(tmp_path, fill)
    if left == 4:  # without a gap nothing tells two tables from one
        assert table.header == (*HEADER, *other[0])
    else:
        assert code(table) == "several_tables"


def test_empty_column_inside_a_table_parts_nothing(tmp_path: Path) -> None:
    def fill(sheet: Any) -> None:
        write(sheet, [HEADER[:2], *[row[:2] for row in ROWS]])
        write(sheet, [HEADER[2:], *[row[2:] for row in ROWS]], left=3)

    table = book(tmp_path, fill)
    assert table.header == tuple(HEADER)
    assert table.rows.row(1) == ("L2", "い", "03-2222-2222", "2000")


def test_rows_and_columns_that_are_hidden_are_data(tmp_path: Path) -> None:
    def fill(sheet: Any) -> None:
        write(sheet, [HEADER, *ROWS])
        sheet.autofilter("A1:D3")
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.set_column("B:B", None, None, {"hidden": True})

    assert book(tmp_path, fill).rows.rows()[0] == ("L1", "あ", "03-1111-1111", "1000")


def test_remarks_beside_the_table_are_said_and_no_columns(tmp_path: Path) -> None:
    def fill(sheet: Any) -> None:
        write(sheet, [HEADER, *ROWS])
        sheet.write("H2", "鈴木さん確認済み")
        sheet.write("E3", "要確認")

    table = book(tmp_path, fill)
    assert table.header == (*HEADER, "")
    assert table.rows["column_5"].to_list() == ["", "要確認"]
    assert table.warnings.rows() == [(2, None, "鈴木さん確認済み", "cells_beside_table")]


def groups(sheet: Any, *ranges: tuple[str, str]) -> None:
    for cells, text in ranges:
        sheet.merge_range(cells, text)


def test_header_in_two_rows_is_joined_where_cells_are_merged(tmp_path: Path) -> None:
    def fill(sheet: Any) -> None:
        sheet.merge_range("A1:D1", "10月 紹介リスト")
        groups(sheet, ("A2:A3", "管理番号"), ("B2:C2", "顧客"), ("D2:E2", "代理店"))
        write(sheet, [["会社名", "電話", "担当者名", "電話"]], top=2, left=1)
        write(sheet, [["L1", "あ", "03-1111-1111", "佐藤", "090-1111-1111"]], top=3)

    table = book(tmp_path, fill)
    assert table.header == ("管理番号", "会社名", "電話", "代理店担当者名", "代理店電話")
    assert table.rows.row(0) == ("L1", "あ", "03-1111-1111", "佐藤", "090-1111-1111")
    assert table.notes == ("10月 紹介リスト",)


@pytest.mark.parametrize(
    ("group", "names"),
    [
        ("費用（千円）", ("初期費用（千円）", "月額（千円）")),
        ("契約金額（税抜・千円）", ("初期費用（税抜・千円）", "月額（税抜・千円）")),
        ("（単位：千円）", ("初期費用（単位：千円）", "月額（単位：千円）")),
        ("費用", ("初期費用", "月額")),
        ("費用（ドル）", ("初期費用（ドル）", "月額（ドル）")),
        ("代理店手数料（千円）", ("代理店手数料（千円）初期費用", "代理店手数料（千円）月額")),
    ],
)
def test_unit_of_a_group_is_that_of_its_columns(
    tmp_path: Path, group: str, names: tuple[str, str]
) -> None:
    def fill(sheet: Any) -> None:
        write(sheet, [["契約番号", "契約日"], ["", "", "初期費用", "月額"]])
        sheet.merge_range("C1:D1", group)
        write(sheet, [["C1", "2026-10-01", 120, 5]], top=2)

    assert book(tmp_path, fill).header == ("契約番号", "契約日", *names)


def test_known_headers_over_empty_ones_belong_to_the_header(tmp_path: Path) -> None:
    rows = [
        ["管理番号", "登録日", "連絡先", ""],
        ["", "", "電話番号", "メールアドレス"],
        ["L1", "2026-10-01", "03-1111-1111", "a@example.jp"],
    ]

    def fill(sheet: Any) -> None:
        write(sheet, rows)
        sheet.merge_range("C1:D1", "連絡先")

    table = book(tmp_path, fill)
    assert table.header == ("管理番号", "登録日", "連絡先電話番号", "連絡先メールアドレス")
    assert table.rows.height == 1


def test_merged_cells_of_rows_are_never_filled_down(tmp_path: Path) -> None:
    def fill(sheet: Any) -> None:
        write(
            sheet,
            [
                HEADER,
                ROWS[0],
                ["L2", "", *ROWS[1][2:]],
                ["L3", "う", "", 3],
                ["L4", "え", "03-4", 4],
            ],
        )
        sheet.merge_range("B2:B3", "あ")
        sheet.merge_range("B4:C4", "う")

    table = book(tmp_path, fill)
    assert table.rows["lead_id"].to_list() == ["L1", "L4"]
    assert table.problems.select("row_number", "column_name", "reason_code").rows() == [
        (3, "会社名", "merged_cell"),
        (4, "電話番号", "merged_cell"),
    ]
    assert table.unread.row(0) == (3, "L2", "", "03-2222-2222", "2000")


def test_cells_merged_like_their_header_are_one_column(tmp_path: Path) -> None:
    def fill(sheet: Any) -> None:
        for row, cells in enumerate([HEADER, *ROWS]):
            sheet.merge_range(row, 0, row, 1, cells[0])
            write(sheet, [cells[1:]], row, 2)

    table = book(tmp_path, fill)
    assert table.header == tuple(HEADER)
    assert table.problems.is_empty()


def test_error_in_a_column_of_no_use_costs_a_warning(tmp_path: Path) -> None:
    def fill(sheet: Any) -> None:
        write(sheet, [[*HEADER, "社内用"], *ROWS])
        sheet.write_formula("E2", "=NA()", None, "#N/A")

    table = book(tmp_path, fill)
    assert table.rows.height == 2
    assert ("社内用", "formula_without_value") in table.warnings[:, [1, 3]].rows()
