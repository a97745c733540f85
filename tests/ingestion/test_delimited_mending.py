"""Broken characters cost their own rows where the other lines prove the encoding, else the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.bulk.pieces import read_head, read_pieces
from ingestion.files import read_table
from ingestion.headers import known_headers
from ingestion.tables import Table

HEADER = "lead_id,会社名,登録日,備考\r\n"


def lines(count: int = 30) -> list[str | bytes]:
    return [f"L-{n},会社{n},2026-10-{n % 28 + 1:02},折返し希望\r\n" for n in range(count)]


def ascii_line(number: int, words: str = "a,b") -> str:
    return f"L-{number},{words},x\r\n"


def write(folder: Path, rows: list[str | bytes], encoding: str = "utf-8") -> Path:
    path = folder / "leads.csv"
    coded = [row if isinstance(row, bytes) else row.encode(encoding) for row in (HEADER, *rows)]
    path.write_bytes(b"".join(coded))
    return path


def seen(table: Table) -> list[tuple[int, str]]:
    assert table.refusal is None
    assert table.rows.height + table.problems.height == 30
    return table.problems.select("row_number", "reason_code").rows()


def refused(folder: Path, rows: list[str | bytes], encoding: str = "utf-8") -> str:
    refusal = read_table(write(folder, rows, encoding)).refusal
    assert refusal is not None
    return refusal.code


@pytest.mark.parametrize(
    ("memo", "encoding"),
    [
        ("折返し希".encode("cp932") + b"\x96", "cp932"),
        ("希望".encode("cp932") + b"\xff" + "可".encode("cp932"), "cp932"),
        ("希望".encode("cp932") + b"\xfd", "cp932"),
        ("折返し".encode()[:-1], "utf-8"),
        ("折返し".encode() + b"\x96", "utf-8-sig"),
    ],
)
def test_broken_character_costs_its_row(tmp_path: Path, memo: bytes, encoding: str) -> None:
    rows = lines()
    codec = encoding.removesuffix("-sig")
    rows[7] = "L-7,会社7,2026-10-08,".encode(codec) + memo + b"\r\n"
    path = write(tmp_path, rows, codec)
    if encoding == "utf-8-sig":
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    table = read_table(path)
    assert table.encoding == encoding
    assert seen(table) == [(9, "damaged_row")]
    assert "\ufffd" in table.problems["value"][0]


@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
def test_file_cut_within_a_character_loses_its_last_row(tmp_path: Path, encoding: str) -> None:
    path = write(tmp_path, lines(), encoding)
    path.write_bytes(path.read_bytes()[:-3])
    assert seen(read_table(path)) == [(31, "damaged_row")]


def test_end_of_file_mark_within_a_row_costs_it(tmp_path: Path) -> None:
    rows = lines()
    rows[7] = "L-7,会社7,2026-10-08,折\x1aし\r\n"
    assert seen(read_table(write(tmp_path, rows))) == [(9, "control_character")]
    rows[7] = (
        "L-7,会社7,2026-10-08,折\x1aL-1,会社1,2026-10-02,折返し希望\r\n"  # a remnant behind it
    )
    assert refused(tmp_path, rows) == "text_after_end"
    assert refused(tmp_path, [*lines(), "\x1a", *lines(3)]) == "text_after_end"


def test_broken_line_that_may_be_a_remark_refuses_the_file(tmp_path: Path) -> None:
    for remark in (b",,,\r\n", b"\r\n"):
        told = "※単位：千".encode() + b"\xe5" + remark
        assert refused(tmp_path, [*lines(), told]) == "damaged_text"
    path = write(tmp_path, lines())
    path.write_bytes("単位：千".encode() + b"\xe5\r\n" + path.read_bytes())
    refusal = read_table(path).refusal
    assert refusal is not None and refusal.code == "damaged_text"


@pytest.mark.parametrize(
    ("rows", "encoding", "code"),
    [
        # nothing else proves the encoding
        ([ascii_line(n) for n in range(99)] + [b"L,\xe5,,\r\n"], "utf-8", "unknown_encoding"),
        # too little does, or too much is broken
        ([*lines(6), b"L,\xe5,,\r\n"], "utf-8", "damaged_text"),
        ([*lines(30), b"L,\xe5,,\r\n", b"L,\xe6,,\r\n"], "utf-8", "damaged_text"),
        # another encoding, which CP932 can nearly read
        ([*lines(40), b"L,\x96\r\n"], "euc_jp", "unknown_encoding"),
        ([ascii_line(n, "Müller,Größe") for n in range(40)], "latin-1", "unknown_encoding"),
    ],
)
def test_encoding_that_is_not_proved_refuses_the_file(
    tmp_path: Path, rows: list[str | bytes], encoding: str, code: str
) -> None:
    path = tmp_path / "leads.csv"
    coded = [row if isinstance(row, bytes) else row.encode(encoding) for row in rows]
    head = "lead_id,channel,email,memo\r\n"
    path.write_bytes(head.encode(encoding) + b"".join(coded))
    refusal = read_table(path).refusal
    assert refusal is not None and refusal.code == code


@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
def test_large_file_loses_the_same_row(tmp_path: Path, encoding: str) -> None:
    rows = lines(900)
    rows[700] = "L-700,会社,2026-10-08,折返".encode(encoding)[:-1] + b"\r\n"
    path = write(tmp_path, rows, encoding)
    head = read_head(path, known_headers())
    assert head is not None
    pieces = list(read_pieces(path, head, piece_bytes=9_000))
    assert len(pieces) > 1
    told = [row for one in pieces for row in one.problems["row_number"]]
    assert told == read_table(path).problems["row_number"].to_list() == [702]
    assert sum(one.rows.height for one in pieces) == 899
