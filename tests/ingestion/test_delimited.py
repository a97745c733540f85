"""Delimited text: every record is right, or a problem with its line number."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.delimited import read_text, split_records, split_slowly
from ingestion.dialects import Dialect
from ingestion.files import read_table
from ingestion.headers import known_headers
from ingestion.tables import Table


def read(tmp_path: Path, content: bytes) -> Table:
    path = tmp_path / "leads.csv"
    path.write_bytes(content)
    return read_table(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp932"])
def test_encoding_is_recognised(tmp_path: Path, encoding: str) -> None:
    table = read(tmp_path, "lead_id,会社名\n1,㈱髙橋\n".encode(encoding))
    assert table.encoding == encoding
    assert table.rows.rows() == [("1", "㈱髙橋")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\n\r\n,,\n", "empty_file"),
        ("lead_id,会社名\n1,あい\n".encode() + b"\x83", "damaged_text"),
        (b"lead_id,email\n1,\xff\xff\n", "unknown_encoding"),
        (b"a,b;c\n1,2;3\n", "ambiguous_delimiter"),
        (b"l\x00e\x00,\x00b\x00\n", "unreadable_file"),
        (b"%PDF-1.7\n", "unsupported_format"),
        (",".join(f"c{i}" for i in range(10_000)).encode(), "too_many_columns"),
    ],
)
def test_unreadable_file_is_refused_with_a_reason(
    tmp_path: Path, content: bytes, code: str
) -> None:
    table = read(tmp_path, content)
    assert table.refusal is not None
    assert table.refusal.code == code
    assert table.rows.is_empty()


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_dialect_is_found_by_the_header(tmp_path: Path, delimiter: str, line_end: str) -> None:
    lines = [delimiter.join(cells) for cells in (("lead_id", "会社名"), ("1", "あ"), ("2", "い"))]
    table = read(tmp_path, line_end.join(lines).encode())
    assert table.header == ("lead_id", "会社名")
    assert table.rows.rows() == [("1", "あ"), ("2", "い")]


def test_damaged_rows_cost_only_themselves(tmp_path: Path) -> None:
    content = b'lead_id,email\n1,a\n2\n3,"x\ny"\n4,"open\n5,ok\n6,a"b\n7,n\x00l\n8,z\n'
    table = read(tmp_path, content)
    assert table.rows.rows() == [("1", "a"), ("3", "x\ny"), ("5", "ok"), ("8", "z")]
    assert table.numbers.to_list() == [2, 4, 7, 10]
    assert table.problems.select("row_number", "reason_code").rows() == [
        (3, "ragged_row"),
        (6, "unbalanced_quotes"),
        (8, "unbalanced_quotes"),
        (9, "nul_byte"),
    ]


def test_very_long_row_costs_only_itself(tmp_path: Path) -> None:
    long, longest = "x" * 500_000, "x" * 1_000_001
    table = read(tmp_path, f"lead_id,email\n1,a\n2,{long}\n3,{longest}\n4,b\n".encode())
    assert table.rows["lead_id"].to_list() == ["1", "2", "4"]
    assert table.problems.select("row_number", "reason_code").rows() == [(4, "row_too_long")]
    alone = read(tmp_path, f"lead_id\n{long}\n{longest}\n".encode())
    assert (alone.rows.height, alone.problems.height) == (1, 1)


def test_preamble_totals_and_blank_rows_are_not_data(tmp_path: Path) -> None:
    text = "紹介リスト\n2026年10月\n\nlead_id,会社名\n1,あ\n,\n合計,1\nlead_id,会社名\n2,い\n"
    table = read(tmp_path, text.encode("cp932"))
    assert table.rows.rows() == [("1", "あ"), ("2", "い")]
    assert table.numbers.to_list() == [5, 9]
    assert table.notes == ("紹介リスト", "2026年10月")


CELLS = st.text(st.sampled_from("ab\",\n\r ;あ'="), max_size=6)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=12))
def test_fast_path_equals_the_standard_reader(rows: list[tuple[str, str, str]]) -> None:
    records = pl.Series(
        [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows],
        dtype=pl.String,
    )
    dialect = Dialect(",", 0, ("x", "y", "z"))
    fast, slow = split_records(records, dialect), split_slowly(records, dialect)
    assert fast.equals(slow)
    assert slow.rows() == rows


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=8))
def test_quoted_table_is_read_as_written(rows: list[tuple[str, str, str]]) -> None:
    lines = ["lead_id,email,company_name"]
    lines += [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    kept = [row for row in rows if "".join(row).strip(' ,\n\r"')]
    table = read_text("\r\n".join(lines) + "\r\n", "utf-8", known_headers())
    assert [row for row in table.rows.rows() if "".join(row).strip(' ,\n\r"')] == kept
    assert table.problems.is_empty()


@given(st.binary(max_size=300))
def test_any_bytes_give_a_table(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "leads.csv"
    path.write_bytes(content)
    table = read_table(path)
    assert table.refusal is not None or len(table.header) == table.rows.width
    assert table.numbers.len() == table.rows.height
