"""Short rows are read where a run of them can only lack empty cells at its end."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.files import read_table
from ingestion.tables import Table

HEADER = "lead_id,登録日,会社名,電話番号,住所,メモ,備考\n"


def rows(count: int = 100, whole: int = 15) -> list[str]:
    """As Excel saves them: the separators behind the last filled cell only in the first block."""
    lines = [f"A{n},2026-10-{n % 28 + 1:02},会社{n},03-1234-5{n:03},東京{n}" for n in range(count)]
    return [line + ",," * (place < whole) for place, line in enumerate(lines)]


CLEAN = {tuple(f"{line},,".split(",")[:7]) for line in rows()}


def read(folder: Path, lines: list[str]) -> Table:
    path = folder / "leads.csv"
    path.write_text(HEADER + "\n".join([*lines, ""]), encoding="utf-8")
    return read_table(path)


def less(line: str, place: int, is_merged: bool) -> str:
    cells = line.split(",")
    kept = [cells[place] + cells[place + 1]] if is_merged else []
    return ",".join([*cells[:place], *kept, *cells[place + 1 + is_merged :]])


def test_run_without_its_last_empty_cells_is_read(tmp_path: Path) -> None:
    lines = rows()
    lines[5] += "要確認"
    lines[40] += ",済,折返し"
    table = read(tmp_path, lines)
    assert (table.rows.height, table.problems.height) == (100, 0)
    assert table.rows.row(99) == ("A99", "2026-10-16", "会社99", "03-1234-5099", "東京99", "", "")


@pytest.mark.parametrize("is_merged", [True, False])
@pytest.mark.parametrize("place", range(4))
def test_lost_cell_in_a_run_costs_its_rows(tmp_path: Path, place: int, is_merged: bool) -> None:
    lines = rows()
    lines[60] = less(lines[60], place, is_merged)
    one = read(tmp_path, lines)
    assert {62} <= set(one.problems["row_number"]) <= {61, 62}
    assert set(one.rows.rows()) <= CLEAN
    many = [less(line, place, is_merged) if n >= 50 else line for n, line in enumerate(rows())]
    assert set(read(tmp_path, many).rows.rows()) <= CLEAN
    # with the separators at the end, but for the lost one
    whole = [
        less(f"{line},,", place, is_merged) if n >= 50 else line for n, line in enumerate(rows())
    ]
    assert set(read(tmp_path, whole).rows.rows()) <= CLEAN


def test_single_short_row_proves_nothing(tmp_path: Path) -> None:
    lines = rows(whole=100)
    lines[60] = lines[60].rstrip(",")
    assert read(tmp_path, lines).problems["reason_code"].to_list() == ["ragged_row"]


def test_short_rows_behind_a_gap_or_without_forms_are_not_read(tmp_path: Path) -> None:
    lines = rows(whole=50)
    table = read(tmp_path, [*lines[:50], "", *lines[50:]])
    assert (table.rows.height, table.problems.height) == (50, 50)
    words = [f"{line.replace('-', '').replace('2026', '東')}" for line in rows()]
    assert read(tmp_path, words).rows.height <= 15


@pytest.mark.parametrize("less", [1, 2])
@pytest.mark.parametrize("place", [15, 40])
def test_short_rows_below_another_header_are_not_read(
    tmp_path: Path, less: int, place: int
) -> None:
    other = ",".join(["番号", "解約日", "取引先", "FAX", "所在", "連絡"][: 7 - less])
    table = read(tmp_path, [*rows()[:place], other, *rows()[place:]])
    assert table.rows.height <= place
