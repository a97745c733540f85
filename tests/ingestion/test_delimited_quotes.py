"""Quotes that were lost, that are needless, or that mean inches; and a file cut at its end."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.files import read_table
from ingestion.tables import Table

HEADER = "lead_id,登録日,備考\n"


def read(folder: Path, header: str, rows: list[str], end: str = "\n") -> Table:
    path = folder / "leads.csv"
    path.write_text(header + "\n".join(rows) + end, encoding="utf-8")
    return read_table(path)


def leads(count: int = 12) -> list[str]:
    return [f"L-{n},2026-10-{n:02},メモ{n}" for n in range(10, 10 + count)]


def reasons(table: Table) -> list[tuple[int, str]]:
    return table.problems.select("row_number", "reason_code").rows()


def test_each_line_between_two_stray_quotes_is_rejected_with_its_cells(tmp_path: Path) -> None:
    rows = leads()
    rows[2], rows[4] = 'L-12,2026-10-12,"メモ', 'L-14,2026-10-14,メモ"'
    table = read(tmp_path, HEADER, rows)
    assert reasons(table) == [(line, "swallowed_rows") for line in (4, 5, 6)]
    assert table.unread.rows() == [(5, "L-13", "2026-10-13", "メモ13")]
    assert table.numbers.to_list() == [2, 3, *range(7, 14)]


def test_cells_of_rejected_rows_are_told_where_they_can_be(tmp_path: Path) -> None:
    rows = leads()
    rows[2], rows[5] = "L-12,2026-10-12,メモ,余り", "L-15,2026-10-15,\x07メモ"
    table = read(tmp_path, HEADER, rows)
    assert reasons(table) == [(4, "ragged_row"), (7, "control_character")]
    assert table.unread.rows() == [(7, "L-15", "2026-10-15", "\x07メモ")]


def test_needless_quotes_are_read_unless_a_quote_is_text(tmp_path: Path) -> None:
    rows = leads()
    rows[3] = rows[3].replace("メモ13", '"メモ13"')
    table = read(tmp_path, HEADER, rows)
    assert (table.rows["備考"][3], table.problems.height) == ("メモ13", 0)
    rows[9] = rows[9].replace("メモ19", '24" メモ')  # so may be the others
    assert reasons(read(tmp_path, HEADER, rows)) == [
        (5, "doubtful_quotes"),
        (11, "unbalanced_quotes"),
    ]


def test_inch_costs_its_row_unless_most_rows_have_one(tmp_path: Path) -> None:
    rows = leads()
    rows[3] = 'L-13,2026-10-13,24" モニタ'
    assert reasons(read(tmp_path, HEADER, rows)) == [(5, "unbalanced_quotes")]
    inches = [row.replace("メモ", '24" モニタ') for row in leads()]
    table = read(tmp_path, HEADER, [*inches, 'L-30,2026-10-30,"24 インチ"'])
    assert table.rows["備考"][0] == '24" モニタ10'
    assert reasons(table) == [(14, "doubtful_quotes")]


@pytest.mark.parametrize("delimiter", [", ", "; "])
def test_space_after_every_delimiter_is_the_dialect(tmp_path: Path, delimiter: str) -> None:
    rows = [f'L-{n}, 2026-10-{n}, "甲, {n}"' for n in range(10, 16)]
    rows[2], rows[3] = "L-12, 2026-10-12,", "L-13,, x"  # nothing needs a space
    rows[4] = "L-14,2026-10-14,x"
    lines = [line.replace(", ", delimiter).replace(",", delimiter[0]) for line in rows]
    table = read(tmp_path, HEADER.replace(",", delimiter), lines)
    assert table.header == ("lead_id", "登録日", "備考")
    assert table.rows.row(0) == ("L-10", "2026-10-10", f"甲{delimiter}10")
    assert table.rows.rows()[2:4] == [("L-12", "2026-10-12", ""), ("L-13", "", "x")]
    assert reasons(table) == [(6, "spaced_row")]


def test_spaces_of_the_header_alone_are_no_dialect(tmp_path: Path) -> None:
    table = read(tmp_path, HEADER.replace(",", ", "), leads())
    assert (table.rows.height, table.problems.height) == (12, 0)


@pytest.mark.parametrize(
    ("cut", "problems", "warned"),
    [(0, [], []), (1, [], [13]), (3, [], [13]), (7, [], [13]), (8, [13], []), (12, [13], [])],
)
def test_cut_end_is_rejected_or_warned_of(
    tmp_path: Path, cut: int, problems: list[int], warned: list[int]
) -> None:
    rows = [f"L-{n},会社{n},20261{n}" for n in range(10, 22)]
    path = tmp_path / "leads.csv"
    path.write_text(("lead_id,会社名,備考\n" + "\n".join([*rows, ""]))[: -cut - 1])
    table = read_table(path)
    assert table.problems["row_number"].to_list() == problems
    assert table.warnings["row_number"].to_list() == warned
    assert set(table.warnings["reason_code"]) <= {"no_final_line_end"}
