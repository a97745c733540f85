"""Delimited text: every record is right, or a problem with its line number."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.delimited.detection import detect
from ingestion.delimited.reading import read_body
from ingestion.files import read_table
from ingestion.headers import known_headers
from ingestion.tables import Table

HEADER = "lead_id,email,company_name\n"


def read(tmp_path: Path, content: str | bytes) -> Table:
    path = tmp_path / "leads.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_table(path)


def reasons(table: Table) -> list[tuple[int, str]]:
    return table.problems.select("row_number", "reason_code").rows()


def test_damaged_rows_cost_only_themselves(tmp_path: Path) -> None:
    content = b'lead_id,email\n1,a\n2\n3,"x\ny"\n4,"open\n5,ok\n6,a"b\n7,n\x00l\n8,z\n'
    table = read(tmp_path, content)
    assert table.rows.rows() == [("1", "a"), ("3", "x\ny"), ("5", "ok"), ("8", "z")]
    assert table.numbers.to_list() == [2, 4, 7, 10]
    assert reasons(table) == [
        (3, "ragged_row"),
        (6, "unbalanced_quotes"),
        (8, "unbalanced_quotes"),
        (9, "nul_byte"),
    ]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("5,x", "ragged_row"),
        ("5,x,y,z", "ragged_row"),
        ("5;x;y", "ragged_row"),
        ('5,"x,y', "unbalanced_quotes"),
        ('5,x",y', "unbalanced_quotes"),
        ('5,"x"y,z', "unbalanced_quotes"),
        ("5,'x',y", "doubtful_quotes"),
        ("5, x, y", "spaced_row"),
        ("5,\x00x,y", "nul_byte"),
        ("5,\x07x,y", "control_character"),
        ("\ufeff5,x,y", "control_character"),
        ("5,\ufffdx,y", "damaged_row"),
    ],
)
def test_row_that_does_not_fit_is_rejected_alone(tmp_path: Path, line: str, code: str) -> None:
    good = [f"{number},a{number}@b.jp,山" for number in range(1, 5)]
    table = read(tmp_path, HEADER + "\n".join([*good[:2], line, *good[2:]]) + "\n")
    assert reasons(table) == [(4, code)]
    assert table.numbers.to_list() == [2, 3, 5, 6]


def test_very_long_row_costs_only_itself(tmp_path: Path) -> None:
    long, longest = "x" * 500_000, "x" * 1_000_001
    rows = f"1,a\n2,{long}\n3,{longest}\n4,b\n5,c\n6,d\n"
    table = read(tmp_path, f"lead_id,email\n{rows}")
    assert table.rows["lead_id"].to_list() == ["1", "2", "4", "5", "6"]
    assert reasons(table) == [(4, "row_too_long")]
    alone = read(tmp_path, f"lead_id\n{long}\n{longest}\n")
    assert (alone.rows.height, alone.problems.height) == (1, 1)


def test_notes_totals_and_blank_rows_are_not_data(tmp_path: Path) -> None:
    text = "紹介リスト\n2026年10月\n\nlead_id,会社名\n1,あ\n,\n合計,1\nlead_id,会社名\n2,い\n"
    closing = "合計,2件\n以上\n※ 税抜\n"
    table = read(tmp_path, (text + closing).encode("cp932"))
    assert table.rows.rows() == [("1", "あ"), ("2", "い")]
    assert table.numbers.to_list() == [5, 9]
    assert table.notes == ("紹介リスト", "2026年10月", "以上", "※ 税抜")
    assert (table.ignored, table.problems.height) == (6, 0)


def test_company_named_total_is_a_row(tmp_path: Path) -> None:
    table = read(tmp_path, "会社名,lead_id\nTotal,L-1\n合計,100\n計,山田\n")
    assert table.rows.rows() == [("Total", "L-1"), ("計", "山田")]


def test_row_beside_a_torn_one_is_kept_only_when_their_border_is_certain(tmp_path: Path) -> None:
    rows = "".join(f"{name},a\n" for name in ["山", "川", "林", "森"])
    table = read(tmp_path, f"会社名,email\n{rows}木,first line\nsecond line\n谷,b\n")
    # nothing says where 木's cell ends, or whether 谷 begins one
    assert reasons(table) == [(6, "torn_row"), (7, "ragged_row"), (8, "torn_row")]
    numbered = "".join(f"{number},a\n" for number in range(4))
    table = read(tmp_path, f'lead_id,email\n{numbered}4,"a, b"\nloose\n5,b\n')
    assert reasons(table) == [(7, "ragged_row")]


def test_stray_quotes_do_not_swallow_rows(tmp_path: Path) -> None:
    rows = [f"{number},a{number},b" for number in range(1, 10)]
    rows[1], rows[4] = '2,a2,"b', '5,a5",b'
    table = read(tmp_path, HEADER + "\n".join(rows) + "\n")
    assert table.rows["lead_id"].to_list() == ["1", "3", "4", "6", "7", "8", "9"]
    rows[4] = 'a5",b'  # now the two quotes could be one cell
    rows[1] = '2,"a2'
    table = read(tmp_path, HEADER + "\n".join(rows) + "\n")
    assert reasons(table) == [(line, "swallowed_rows") for line in (3, 4, 5, 6)]
    assert table.rows["lead_id"].to_list() == ["1", "6", "7", "8", "9"]


def test_row_whose_cells_moved_is_rejected(tmp_path: Path) -> None:
    rows = [f"L-{n},2026-10-{n:02},a{n}@b.jp,山{n}\n" for n in range(1, 29)]
    rows[3] = "L-42026-10-04,,a4@b.jp,山4\n"
    table = read(tmp_path, "lead_id,登録日,email,会社名\n" + "".join(rows))
    assert reasons(table) == [(5, "shifted_row")]


def test_one_odd_cell_is_left_to_whoever_types_it(tmp_path: Path) -> None:
    rows = [f"L-{n},2026-10-{n:02},a{n}@b.jp\n" for n in range(1, 9)]
    rows[3], rows[4] = "L-4,令和8年10月4日,a4@b.jp\n", "L-5,未定,\n"
    table = read(tmp_path, "lead_id,登録日,email\n" + "".join(rows))
    assert (table.rows.height, table.problems.height) == (8, 0)


def test_body_in_pieces_is_the_body_as_a_whole() -> None:
    rows = [f'{n},"a\n{n}",b\n' if n % 7 == 0 else f"{n},a,b\n" for n in range(1, 400)]
    rows[50], rows[250] = "x\n", '251,"a,b\n'
    dialect = detect(HEADER + "".join(rows), known_headers())
    whole = read_body("".join(rows), dialect, 2)
    # 205 and 206 are plain, and no quote is open in the 100 lines before: see `read_body`
    first = read_body("".join(rows[:205]), dialect, 2, is_last=False)
    lines = "".join(rows[:205]).count("\n")
    second = read_body("".join(rows[205:]), dialect, 2 + lines)
    assert first.rows.vstack(second.rows).equals(whole.rows)
    assert [*first.numbers, *second.numbers] == whole.numbers.to_list()
    assert first.problems.vstack(second.problems).equals(whole.problems)
