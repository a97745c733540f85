"""Several tables in one sheet, and tables on their side: refused, or told; never mixed or lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.ingestion.test_workbook_tables import book, code, write

HEADER = ["契約番号", "商品コード", "契約日", "初期費用", "ステータス"]
ROWS = [
    ["K1", "X", "2026-10-01", 120, "有効"],
    ["K2", "X", "2026-10-02", 130, "有効"],
    ["K3", "X", "2026-10-03", 140, "有効"],
]
LEADS = [["リード番号", "会社名"], ["L1", "あ"], ["L2", "い"], ["L3", "う"]]
OFFICES = [["部署", "件数", "比率"], ["営業", 10, "5%"], ["開発", 3, "2%"]]
DECORATED = [["契約番号", "初期費用（税抜）", "月額（税抜）"], ["K9", 1, 2]]
NAMED = [["区分", "担当", "期間", "合計額", "結果"], ["a", "b", 3, 4, "c"]]


@pytest.mark.parametrize(
    ("other", "top", "left"),
    [
        (OFFICES, 5, 0),
        (OFFICES, 8, 1),
        (DECORATED, 5, 0),
        (DECORATED, 4, 0),
        (NAMED, 4, 0),
        (LEADS, 0, 6),
        (LEADS, 2, 6),
        (LEADS, 7, 6),
        ([["商品名", "単価"], ["A", 1], ["B", 2]], 0, 6),
    ],
)
def test_other_table_refuses_the_file(
    tmp_path: Path, other: list[list[Any]], top: int, left: int
) -> None:
    def fill(sheet: Any) -> None:
        write(sheet, [HEADER, *ROWS])
        write(sheet, other, top, left)

    assert code(book(tmp_path, fill)) == "several_tables"


def test_smaller_table_above_refuses_the_file(tmp_path: Path) -> None:
    table = book(tmp_path, lambda sheet: write(sheet, [*LEADS, [], HEADER, *ROWS]))
    assert code(table) == "several_tables"


def test_unknown_cells_above_in_rows_and_columns_are_told(tmp_path: Path) -> None:
    table = book(tmp_path, lambda sheet: write(sheet, [*OFFICES, [], HEADER, *ROWS]))
    assert table.rows.height == len(ROWS)
    assert table.warnings.rows() == [(1, None, "部署", "cells_beside_table")]


def test_title_above_needs_no_word(tmp_path: Path) -> None:
    rows = [["契約一覧", "", "10月分"], ["（単位：千円）"], HEADER, *ROWS]
    table = book(tmp_path, lambda sheet: write(sheet, rows))
    assert (table.rows.height, table.warnings.height) == (len(ROWS), 0)


@pytest.mark.parametrize(
    "odd", [["作成者", "山田"], ["関東支店", "担当：佐藤"], ["取消", "なし", "未定", "不明"]]
)
def test_row_of_words_is_no_record(tmp_path: Path, odd: list[str]) -> None:
    rows = [HEADER, *ROWS[:2], [], odd, ROWS[2]]
    table = book(tmp_path, lambda sheet: write(sheet, rows))
    assert table.rows["契約番号"].to_list() == ["K1", "K2", "K3"]
    assert table.problems.rows() == [(5, "契約番号", odd[0], "alien_row")]


def test_rows_without_digits_are_records_where_most_have_none(tmp_path: Path) -> None:
    rows = [["会社名", "担当者名", "状況"], *[["あ" * n, "山田", "商談中"] for n in range(1, 6)]]
    assert book(tmp_path, lambda sheet: write(sheet, rows)).rows.height == 5


def test_amount_that_is_not_known_yet_is_the_business_of_its_column(tmp_path: Path) -> None:
    rows = [["会社名", "担当者名", "金額"], *[[f"{c}社", "山田", 100] for c in "あいうえ"]]
    rows += [["お社", "佐藤", "未定"], ["か社", "佐藤", 100]]
    assert book(tmp_path, lambda sheet: write(sheet, rows)).rows.height == 6


@pytest.mark.parametrize("top", [0, 2])
@pytest.mark.parametrize("left", [0, 1])
def test_sheet_on_its_side_is_refused(tmp_path: Path, top: int, left: int) -> None:
    turned = [list(cells) for cells in zip(HEADER, *ROWS, strict=True)]
    table = book(tmp_path, lambda sheet: write(sheet, turned, top, left))
    assert code(table) == "transposed"


def test_form_with_two_columns_of_labels_is_refused(tmp_path: Path) -> None:
    form = [
        ["会社名", "あ", "電話番号", "03-1111-1111"],
        ["担当者", "山田", "メール", "a@example.jp"],
        ["住所", "東京都", "備考", "至急"],
    ]
    assert code(book(tmp_path, lambda sheet: write(sheet, form))) == "transposed"


def test_values_that_are_also_headers_turn_nothing(tmp_path: Path) -> None:
    ways = ["電話", "メール", "住所", "備考", "電話"]
    rows = [["会社名", "連絡方法", "電話番号", "金額"]]
    rows += [[f"{n}社", way, f"03-1111-111{n}", 100] for n, way in enumerate(ways)]
    assert book(tmp_path, lambda sheet: write(sheet, rows)).rows.height == len(ways)


def test_labels_above_a_table_turn_nothing(tmp_path: Path) -> None:
    labels = [["会社名", "あ"], ["担当者", "山田"], ["電話番号", "03-1111-1111"], ["住所", "東京"]]
    rows = [*labels, [], ["契約番号", "契約日", "月額"], ["K1", "2026-10-01", 5]]
    assert book(tmp_path, lambda sheet: write(sheet, rows)).rows["月額"].to_list() == ["5"]
