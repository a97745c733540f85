"""Lines around a header: labels of a form above it, a row of demands beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.bulk.pieces import read_head, read_pieces
from ingestion.files import read_table
from ingestion.headers import known_headers
from ingestion.tables import Table

HEADER = "会社名,担当者名,電話番号,登録日\n"
ROWS = "".join(f"株式会社山{n},田中{n},03-1111-000{n},2026-10-0{n}\n" for n in range(1, 8))


def read(folder: Path, text: str) -> Table:
    path = folder / "leads.csv"
    path.write_text(text, encoding="utf-8")
    return read_table(path)


@pytest.mark.parametrize(
    "labels",
    [
        "会社名,株式会社A\n担当,山田\n電話,03-1111-2222\n\n",
        "会社名,株式会社A,担当者名,山田,電話番号,03-1111-2222,住所,東京都,Email,a@b.jp\n",
        "会社名,株式会社A,担当者名,山田\n電話番号,03-1111-2222,,\n,,,\n",
    ],
)
def test_labels_above_a_table_are_no_header(tmp_path: Path, labels: str) -> None:
    table = read(tmp_path, labels + HEADER + ROWS)
    assert table.header == tuple(HEADER.strip().split(","))
    assert table.rows.height == 7
    assert table.notes[0] == labels.split("\n", maxsplit=1)[0]


def test_labels_are_no_header_of_a_table_with_unknown_names(tmp_path: Path) -> None:
    rows = "".join(f"品{n},{n},大,赤\n" for n in range(1, 8))
    table = read(tmp_path, f"会社名,株式会社A,担当者名,山田\n\n品目X,数量Y,型Z,色W\n{rows}")
    assert table.header == ("品目X", "数量Y", "型Z", "色W")


@pytest.mark.parametrize("between", ["\n", "案件X,会社名,量Q,所感\n"])
def test_labels_that_may_be_a_header_refuse_the_file(tmp_path: Path, between: str) -> None:
    rows = "".join(f"あ{c},い{c},う{c},え{c}\n" for c in "甲乙丙丁戊己")
    refusal = read(tmp_path, f"会社名,甲社,担当者名,山田\n{between}{rows}").refusal
    assert refusal is not None and refusal.code == "no_header"


def test_header_of_known_and_unknown_names_in_turn_is_one(tmp_path: Path) -> None:
    rows = "".join(f"株式会社{c},{c},03-1111-2222,い{c}\n" for c in "甲乙丙丁戊己")
    table = read(tmp_path, f"会社名,よみ仮名,電話番号,内線の番号\n{rows}")
    assert (table.rows.height, table.problems.height) == (6, 0)


@pytest.mark.parametrize(
    "demand",
    [
        "必須,任意,任意,必須",
        "必須,,,必須",
        "○,－,－,○",
        "【必須】,（任意）,（任意）,【必須】",
        "必須項目,任意項目,任意項目,必須項目",
        "required,optional,optional,required",
    ],
)
def test_row_of_demands_is_ignored_on_either_side_of_the_header(
    tmp_path: Path, demand: str
) -> None:
    below = read(tmp_path, f"{HEADER}{demand}\n{ROWS}")
    assert (below.rows.height, below.numbers[0], below.ignored) == (7, 3, 1)
    above = read(tmp_path, f"{demand}\n{HEADER}{ROWS}")
    assert (above.rows.height, above.numbers[0], above.notes) == (7, 3, (demand,))


def test_answers_of_a_survey_are_no_demands(tmp_path: Path) -> None:
    rows = "".join(f"2026-10-0{n},×,×\n" for n in range(1, 8))
    table = read(tmp_path, f"希望日,希望A,希望B\n,○,○\n{rows}")
    assert table.rows.row(0) == ("", "○", "○")


def test_demands_are_ignored_in_a_large_file_too(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    rows = [f"株式会社山{n},田中{n},03-1111-0001,2026-10-01" for n in range(900)]
    rows[700:700] = [HEADER.strip(), "必須,任意,,必須"]
    path.write_text(f"{HEADER}必須,任意,,必須\n" + "\n".join([*rows, ""]), encoding="utf-8")
    head = read_head(path, known_headers())
    assert head is not None
    pieces = list(read_pieces(path, head, piece_bytes=9_000))
    assert sum(one.rows.height for one in pieces) == read_table(path).rows.height == 900


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("会社名,,lead_id登録日,電話番号", "header_mismatch"),
        ("会社名,lead_id登録日,,電話番号", "header_mismatch"),
        ("DAYPieces,Town,Note,", "header_mismatch"),
    ],
)
def test_header_whose_separator_moved_is_refused(tmp_path: Path, header: str, code: str) -> None:
    rows = "".join(f"2026-10-0{n},{n},Oslo,x{n}\n" for n in range(1, 8))
    refusal = read(tmp_path, f"{header}\n{rows}").refusal
    assert refusal is not None and refusal.code == code


def test_header_of_another_width_is_told_with_the_widths(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_text("lead_id,会社名,登録日\n" + "L,x,2026-10-01,y\n" * 20, encoding="utf-8")
    refusal = read_table(path).refusal
    assert refusal is not None
    assert "1 行目の見出しは 3 列、データは多くが 4 列" in refusal.ja
    path.write_text("lead_id,会社名,備考\n" + 'L,x,"y\n' * 3_000, encoding="utf-8")
    refusal = read_table(path).refusal
    assert refusal is not None
    assert "引用符などで列に分けられない行が" in refusal.ja and "引用符の閉じ忘れ" in refusal.ja
