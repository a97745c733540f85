"""What could be read in two ways is rejected; what can be proved is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.files import read_table
from ingestion.tables import Table

MEMOS = "lead_id,登録日,備考\n"
AMOUNTS = "contract_id,契約日,初期費用,備考\n"


def read(folder: Path, text: str) -> Table:
    path = folder / "leads.csv"
    path.write_bytes(text.encode())
    return read_table(path)


def reasons(table: Table) -> list[tuple[int, str]]:
    return table.problems.select("row_number", "reason_code").rows()


def memos(cell: str, ids: str = "L-{}") -> str:
    rows = [f"{ids.format(n)},2026-10-0{n},x" for n in range(1, 8)]
    rows[2] = f"{ids.format(3)},2026-10-03,{cell}"
    return MEMOS + "".join(f"{row}\n" for row in rows)


@pytest.mark.parametrize(
    ("cell", "ids"),
    [
        ("一行目\n二行目", "L-{}"),
        ("東京都\nA1 ビル", "L{}"),
        ("一回\n2 回目", "{}"),
        ("済\n3", "{}"),
        ("1 件\n2 件\n3 件", "{}"),
        ("電話, 訪問\n再訪, 済, 以上", "L-{}"),
        ("見積 1,000 円\n2,000 円", "{}"),
    ],
)
def test_only_cell_with_line_ends_is_read(tmp_path: Path, cell: str, ids: str) -> None:
    table = read(tmp_path, memos(f'"{cell}"', ids))
    assert reasons(table) == []
    assert table.rows["備考"].to_list() == ["x", "x", cell, *["x"] * 4]


@pytest.mark.parametrize(
    "cell",
    [
        # lines that could be rows of their own: two stray quotes would look the same
        "x\nL-8,2026-10-08,y",
        "x\nL-8,2026-10-08,y\nz",
    ],
)
def test_cell_whose_lines_could_be_rows_is_rejected(tmp_path: Path, cell: str) -> None:
    table = read(tmp_path, memos(f'"{cell}"'))
    assert reasons(table) == [(4 + n, "swallowed_rows") for n in range(cell.count("\n") + 1)]
    assert table.rows.height == 6


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("K6,2026-10-06,1,234", "shifted_row"),
        ("K6,2026-10-06,¥1,234円", "shifted_row"),
        ("K6,2026-10-06,1,234,567", "ragged_row"),
        ("K6,2026-10-06,1,234,memo", "ragged_row"),
    ],
)
def test_number_cut_at_its_comma_is_rejected(tmp_path: Path, row: str, code: str) -> None:
    good = [f"K{n},2026-10-0{n},{n}20,memo" for n in range(1, 6)]
    table = read(tmp_path, AMOUNTS + "".join(f"{line}\n" for line in [*good, row]))
    assert reasons(table) == [(7, code)]
    assert table.rows.height == 5


def test_remark_that_is_the_end_of_a_number_is_rejected_in_every_row(tmp_path: Path) -> None:
    header = "contract_id,契約日,初期費用,月額,備考\n"
    rows = "".join(f"K{n},2026-10-0{n},1,234,567\n" for n in range(1, 6))
    table = read(tmp_path, header + rows)
    assert table.problems["reason_code"].to_list() == ["shifted_row"] * 5


def test_neighbouring_numbers_are_doubted_only_where_commas_are_not_protected(
    tmp_path: Path,
) -> None:
    header = "contract_id,契約日,初期費用,月額,備考\n"
    small = [f"K{n},2026-10-0{n},{n}20,350,x" for n in range(1, 7)]
    assert read(tmp_path, header + "\n".join(small)).rows.height == 6
    large = ["K7,2026-10-07,1,200,350,x", "K8,2026-10-08,1,200,1,350,x"]
    table = read(tmp_path, header + "\n".join([*small, *large]))
    assert table.rows.height == 0
    quoted = [",".join(f'"{cell}"' for cell in line.split(",")) for line in small]
    assert read(tmp_path, header + "\n".join([*quoted, *large[:1]])).rows.height == 6


@pytest.mark.parametrize(
    "lines",
    [
        ["山6,L6,'一行目", "二行目,L9,三'"],
        ["山6,L6,'一行目", "間,L8,の行", "二行目,L9,三'"],
        ["'山, 川", "川',L6,'一行目", "二行目,L9,三'"],
        ["`山6,L6,x", "川,L7`,y"],
    ],
)
def test_pieces_of_a_cell_in_other_quotes_are_no_rows(tmp_path: Path, lines: list[str]) -> None:
    quoted = [f'"山{n}, 谷",L{n},"x, y"' for n in range(1, 6)]
    text = "会社名,lead_id,備考\n" + "\n".join([*quoted, *lines, "林,L7,z", ""])
    table = read(tmp_path, text)
    kept = [(f"山{n}, 谷", f"L{n}", "x, y") for n in range(1, 6)]
    wrong = set(table.rows.rows()) - {*kept, ("林", "L7", "z")}
    if lines[0].startswith("`"):  # two marks in different columns are two marks
        assert len(wrong) == 2
    else:
        assert wrong == set()
        assert table.rows.height == 6


def test_apostrophe_before_a_number_opens_no_cell(tmp_path: Path) -> None:
    rows = [f"L{n},'03-1111-000{n},the boys'" for n in range(1, 9)]
    table = read(tmp_path, "lead_id,電話番号,備考\n" + "\n".join([*rows, ""]))
    assert (table.rows.height, table.problems.height) == (8, 0)


@pytest.mark.parametrize("remark", ["以上,,", "※個人情報につき取扱注意,,", "備考：お試し,,"])
def test_remark_padded_to_the_width_of_the_table_is_no_row(tmp_path: Path, remark: str) -> None:
    path = tmp_path / "leads.csv"
    path.write_text(f"管理番号,企業名,電話番号\nB1,あ,03-1234-5601\nB2,い,03-1234-5602\n{remark}\n")
    table = read_table(path)
    assert table.rows.to_series(0).to_list() == ["B1", "B2"]
    assert remark.rstrip(",") in " ".join(table.notes)


@pytest.mark.parametrize(
    "total",
    ["合　計", "合計（税抜）", "【合計】", "累計", "10月計", "合計金額", "ＴＯＴＡＬ", "総　計"],
)
def test_total_in_any_dress_is_no_row(tmp_path: Path, total: str) -> None:
    path = tmp_path / "contracts.csv"
    rows = "C1,X,2026-10-01,100\nC2,X,2026-10-02,200\n"
    path.write_text(f"契約番号,商品コード,契約日,初期費用\n{rows}{total},,,300\n")
    assert read_table(path).rows.to_series(0).to_list() == ["C1", "C2"]


def test_remark_after_an_unusual_line_end_may_be_a_piece_of_the_last_row(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    rows = "".join(f"{n},x{n}\r\n" for n in range(1, 8))
    path.write_bytes(f"number,memo text\r\n{rows}8,備考\n※1 税抜\r\n".encode())
    table = read_table(path)
    assert table.rows.height == 7
    assert reasons(table) == [(9, "torn_row"), (10, "ragged_row")]
