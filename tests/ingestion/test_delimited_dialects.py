"""Which dialect a text has and where its header is: by evidence that is named, or refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.delimited.profiles import Profile
from ingestion.files import read_table
from ingestion.tables import Table

DATED = "DAY,Pieces,Remarks\n2026-10-01,5,foo\n2026-10-02,6,bar\n"


def read(tmp_path: Path, content: str | bytes, profile: Profile | None = None) -> Table:
    path = tmp_path / "table.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_table(path, profile)


def refusal(table: Table) -> str | None:
    return table.refusal.code if table.refusal else None


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\n\r\n,,\n", "empty_file"),
        (b"a,b;c\n1,2;3\n", "ambiguous_delimiter"),
        (b"l\x00e\x00,\x00b\x00\n", "unreadable_file"),
        (b"%PDF-1.7\n", "unsupported_format"),
        (",".join(f"c{i}" for i in range(10_000)).encode(), "too_many_columns"),
        (b"2026-10-01,5,foo\n2026-10-02,6,bar\n", "no_header"),
        (b"foo,bar\nbaz,qux\n", "no_header"),
        (b"DAYPieces,Remarks\n2026-10-01,5,foo\n2026-10-02,6,bar\n", "header_mismatch"),
        (b"DAY,,Pieces,Remarks\n2026-10-01,5,foo\n2026-10-02,6,bar\n", "header_mismatch"),
        (b'DAY,"Pieces,Remarks\n2026-10-01,5,foo\n2026-10-02,6,bar\n', "header_mismatch"),
        (b"DAY;Pieces;Remarks\n2026-10-01,5,foo\n2026-10-02,6,bar\n", "header_mismatch"),
        (b"DAY,Pieces\n(d),(n)\n" + b"2026-10-01,5\n" * 6, "multi_row_header"),
        (b"company_name\nFoo, Inc\nBar\n", "no_header"),
    ],
)
def test_file_in_doubt_is_refused_with_a_reason(tmp_path: Path, content: bytes, code: str) -> None:
    table = read(tmp_path, content)
    assert refusal(table) == code
    assert table.rows.is_empty()


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_dialect_is_found_by_known_names(tmp_path: Path, delimiter: str, line_end: str) -> None:
    rows = (("lead_id", "会社名"), ("1", "あ"), ("2", "い"))
    lines = [delimiter.join(cells) for cells in rows]
    table = read(tmp_path, line_end.join(lines))
    assert table.header == ("lead_id", "会社名")
    assert table.rows.rows() == [("1", "あ"), ("2", "い")]


def test_evidence_is_named(tmp_path: Path) -> None:
    assert read(tmp_path, "lead_id,会社名\n1,あ\n").dialect == (
        "comma: header on line 1 by 2 known names; 1 of 1 records below have 2 cells; "
        'quote " (0 records quoted, escaped by doubling); lines end with LF'
    )
    assert "by contrast with the columns below" in str(read(tmp_path, DATED).dialect)


def test_line_ends_may_be_mixed(tmp_path: Path) -> None:
    table = read(tmp_path, 'DAY,Pieces\r\n2026-10-01,1\r2026-10-02,2\n2026-10-03,"3\r"\r\n')
    assert table.rows["Pieces"].to_list() == ["1", "2", "3\r"]
    assert table.numbers.to_list() == [2, 3, 4]


def test_line_ends_of_a_single_column_may_not(tmp_path: Path) -> None:
    table = read(tmp_path, "lead_id\r\n1\r\n2\nor 3\r\n4\r\n")
    assert table.rows["lead_id"].to_list() == ["1", "4"]
    assert table.problems["reason_code"].to_list() == ["torn_row", "torn_row"]


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ('DAY,Pieces,Remarks\n2026-10-01,5,"say \\"foo\\", ok"\n', 'say "foo", ok'),
        ('DAY,Pieces,Remarks\n2026-10-01,5,"say ""foo"", ok"\n', 'say "foo", ok'),
        ("DAY,Pieces,Remarks\n2026-10-01,5,'it''s, ok'\n", "it's, ok"),
        ('DAY, Pieces, Remarks\n2026-10-01, 5, "foo, bar"\n', "foo, bar"),
        ('DAY Pieces Remarks\n2026-10-01 5 "foo bar"\n', "foo bar"),
    ],
)
def test_quotes_and_escapes_are_found(tmp_path: Path, text: str, cell: str) -> None:
    table = read(tmp_path, text)
    assert table.header == ("DAY", "Pieces", "Remarks")
    assert table.rows.rows() == [("2026-10-01", "5", cell)]


def test_first_line_of_excel_names_the_delimiter(tmp_path: Path) -> None:
    table = read(tmp_path, "sep=;\r\nDAY;Pieces,a\r\n2026-10-01;5,1\r\n")
    assert table.header == ("DAY", "Pieces,a")
    assert table.numbers.to_list() == [3]


def test_closing_delimiter_of_the_rows_alone_is_taken_under_known_names(tmp_path: Path) -> None:
    table = read(tmp_path, "lead_id,email\n1,a,\n2,b,\n")
    assert table.rows.rows() == [("1", "a"), ("2", "b")]
    # one name nobody knows: perhaps two that lost their separator
    assert refusal(read(tmp_path, "lead_id,email,foobar\n1,a,x,\n2,b,y,\n")) == "header_mismatch"
    later = read(tmp_path, "lead_id,email\n" + "1,a,\n" * 500 + "2,b,c\n3,d\n")
    assert later.problems["row_number"].to_list() == [502, 503]


@pytest.mark.parametrize("gap", ["\n", ",,\n", "Second part\n"])
def test_second_table_is_refused(tmp_path: Path, gap: str) -> None:
    more = "WORD,Name,Town\nfoo,Ann,Oslo\n"
    first = DATED + "2026-10-03,7,x\n" * 20
    assert refusal(read(tmp_path, first + gap + more)) == "several_tables"


def test_rows_of_a_second_table_of_another_width_are_rejected(tmp_path: Path) -> None:
    table = read(tmp_path, DATED + '2026-10-03,7,"x, y"\n' * 3 + "\nx,y\n1,2\n3,4\n")
    assert table.rows.height == 5
    assert table.problems["row_number"].to_list() == [8, 9, 10]


def test_profile_declares_what_cannot_be_found(tmp_path: Path) -> None:
    profile = Profile(delimiter=";", quote="", header=("name", "town"), header_rows=0)
    table = read(tmp_path, 'Ann "A";Oslo\nBob;"Rio"\n', profile)
    assert table.rows.rows() == [('Ann "A"', "Oslo"), ("Bob", '"Rio"')]
    assert table.numbers.to_list() == [1, 2]
    two = Profile(delimiter=",", skip_lines=1, header_rows=2)
    table = read(tmp_path, "anything, here\n顧客,顧客,\n名,町,額\nAnn,Oslo,5\n", two)
    assert table.header == ("顧客 名", "顧客 町", "額")
    assert table.numbers.to_list() == [4]
