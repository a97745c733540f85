"""A value in another column than its kind lives in: the row is doubted, or the whole layout."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.bulk.pieces import read_head, read_pieces
from ingestion.files import read_table
from ingestion.headers import known_headers
from ingestion.tables import Table

HEADER = "会社名,担当者名,電話番号,住所,状況,備考"


def row(number: int) -> list[str]:
    return [
        f"株式会社山{number}",
        f"田中 {'一二三四五六七八九'[number % 9]}郎",
        "" if number % 4 == 0 else f"03-1111-{number:04}",
        f"東京都港区芝{number}",
        ("新規", "商談中", "成約")[number % 3],
        "" if number % 2 else f"備考{number}",
    ]


def read(folder: Path, rows: list[list[str]]) -> Table:
    path = folder / "leads.csv"
    path.write_text("\n".join([HEADER, *map(",".join, rows), ""]), encoding="utf-8")
    return read_table(path)


@pytest.mark.parametrize(
    "spoilt",
    [
        # a cell joined to its neighbour, and those after it slid to the left or the right
        ["株式会社山田田中 一郎", "03-1111-2222", "東京都港区芝1", "", "新規", "x"],
        ["株式会社山田", "田中 一郎03-1111-2222", "東京都港区芝1", "", "新規", "x"],
        ["株式会社山田", "田中 一郎", "03-1111-2222東京都港区芝1", "新規", "", "x"],
        ["", "株式会社山田", "田中 一郎03-1111-2222", "東京都港区芝1", "新規", "x"],
        # two neighbours changed places
        ["株式会社山田", "03-1111-2222", "田中 一郎", "東京都港区芝1", "新規", "x"],
        ["田中 一郎", "株式会社山田", "03-1111-2222", "東京都港区芝1", "新規", "x"],
    ],
)
def test_value_in_a_column_that_never_has_its_kind_is_rejected(
    tmp_path: Path, spoilt: list[str]
) -> None:
    rows = [*map(row, range(30)), spoilt, *map(row, range(30, 40))]
    table = read(tmp_path, rows)
    assert table.problems.select("row_number", "reason_code").rows() == [(32, "shifted_row")]
    assert table.unread.row(0) == (32, *spoilt)


@pytest.mark.parametrize(
    "honest",
    [
        ["山田太郎", "", "", "", "", ""],
        ["株式会社山田", "", "", "東京都港区芝1", "新規", "03-1111-2222"],
        ["山田商店", "鈴木", "なし", "港区芝1", "保留", "090-1111-2222 に連絡"],
        ["個人", "山田", "03-1111-2222", "大阪府堺市1", "", "株式会社山田の紹介"],
    ],
)
def test_empty_and_unusual_cells_move_nothing(tmp_path: Path, honest: list[str]) -> None:
    table = read(tmp_path, [*map(row, range(30)), honest, *map(row, range(30, 40))])
    assert (table.rows.height, table.problems.height) == (41, 0)


def test_columns_that_change_places_halfway_are_doubted(tmp_path: Path) -> None:
    some = [row(number) for number in range(3_000) if number % 4]
    swapped = [[a, c, b, *rest] for a, b, c, *rest in some[1_200:]]
    table = read(tmp_path, [*some[:1_200], *swapped])
    assert table.numbers.to_list() == list(range(2, 1_202))
    assert table.problems["reason_code"].unique().to_list() == ["shifted_row"]


def test_small_file_whose_columns_change_places_is_refused(tmp_path: Path) -> None:
    some = [row(number) for number in range(1, 20) if number % 4]
    swapped = [[a, c, b, *rest] for a, b, c, *rest in some]
    refusal = read(tmp_path, [*some[:6], *swapped[6:12]]).refusal
    assert refusal is not None and refusal.code == "mixed_layout"


def test_two_columns_of_a_kind_are_no_mixed_layout(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    rows = [
        f"会社{n},2026-10-0{n},未定" if n % 2 else f"会社{n},未定,2026-11-0{n}" for n in range(9)
    ]
    both = [f"会社{n},2026-10-01,2026-11-01" for n in range(9)]
    path.write_text("\n".join(["会社名,登録日,契約日", *both, *rows, ""]), encoding="utf-8")
    assert read_table(path).rows.height == 18


def test_moved_values_are_rejected_alike_in_a_large_file(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    rows = [*map(row, range(900))]
    for place in (410, 650, 899):
        rows[place] = ["株式会社山田", "03-1111-2222", "田中", "東京都港区芝1", "新規", ""]
    whole = read(tmp_path, rows)
    head = read_head(path, known_headers())
    assert head is not None
    pieces = list(read_pieces(path, head, piece_bytes=9_000))
    found = [number for one in pieces for number in one.problems["row_number"]]
    assert found == whole.problems["row_number"].to_list() == [412, 652, 901]
