"""Cells written as ="0001" to keep their zeros are text where their column is so written."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.files import read_table
from ingestion.tables import Table

HEADER = "lead_id,会社名,登録日,電話番号,備考\n"


def rows() -> list[str]:
    return [f'="00{n}",会社{n},2026-10-{n},="03123456{n}",済' for n in range(10, 24)]


def read(folder: Path, lines: list[str]) -> Table:
    path = folder / "leads.csv"
    path.write_text(HEADER + "\n".join([*lines, ""]), encoding="utf-8")
    return read_table(path)


def test_zeros_are_kept(tmp_path: Path) -> None:
    table = read(tmp_path, rows())
    assert table.problems.is_empty()
    assert table.rows.row(0) == ("0010", "会社10", "2026-10-10", "0312345610", "済")


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ('="0013","会社, 13",2026-10-13,="",済', ("会社, 13", "2026-10-13", "", "済")),
        ("0013,会社13,2026-10-13,0312,済", ("会社13", "2026-10-13", "0312", "済")),
        ('="0013",会社13,2026-10-13,,"a,=""b"",c"', ("会社13", "2026-10-13", "", 'a,="b",c')),
        ('="0013",会社13,2026-10-13,"一\n=""2""",済', ("会社13", "2026-10-13", '一\n="2"', "済")),
    ],
)
def test_quoted_cells_beside_them_stay_what_they_are(
    tmp_path: Path, line: str, cells: tuple[str, ...]
) -> None:
    lines = rows()
    lines[3] = line
    table = read(tmp_path, lines)
    given = [row[1:] for row in table.rows.rows() if row[0] == "0013"]
    assert given == [cells] or (given == [] and table.problems["row_number"][0] == 5)


@pytest.mark.parametrize("cell", ['="x"', '="a"b"', '="a""b"', '= "a"', '"=a'])
def test_odd_cell_costs_its_row(tmp_path: Path, cell: str) -> None:
    lines = rows()
    lines[3] = f'="0013",会社13,2026-10-13,="031",{cell}'
    table = read(tmp_path, lines)
    assert table.problems["row_number"].to_list() == [5]
    assert table.rows.height == 13
