"""A large file and a small one: the same cells, line numbers, receipts and refusals."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from ingestion.bulk.pieces import read_head, read_pieces
from ingestion.files import read_table
from ingestion.headers import known_headers
from ingestion.intake import Opening, read_doors
from ingestion.lake import Night
from ingestion.reasons import FileRefused
from tests.ingestion.conftest import KEY, House

LEADS = "lead_id,registered_at,channel,company_name\n"
CONTRACTS = "contract_id,channel,product_id,contracted_on,initial_yen\n"


def lead(number: int, name: str = "Yama") -> str:
    return f"L{number},2026-10-01 10:00,partner,{name}{number}"


def contracts(count: int = 300) -> str:
    return "".join(f"K{n},partner,X,2026-10-01,{n}\n" for n in range(count))


def in_pieces(path: Path) -> tuple[list[tuple[int, tuple[str, ...]]], list[tuple[int, str]]]:
    head = read_head(path, known_headers())
    assert head is not None
    pieces = list(read_pieces(path, head, piece_bytes=9_000))
    assert len(pieces) > 1
    table = read_table(path)
    assert (head.encoding, head.dialect.evidence) == (table.encoding, table.dialect)
    rows = [row for one in pieces for row in zip(one.numbers, one.rows.rows(), strict=True)]
    problems = pl.concat([one.problems for one in pieces])
    return rows, problems.select("row_number", "reason_code").rows()


def whole(path: Path) -> tuple[list[tuple[int, tuple[str, ...]]], list[tuple[int, str]]]:
    table = read_table(path)
    rows = list(zip(table.numbers, table.rows.rows(), strict=True))
    return rows, table.problems.select("row_number", "reason_code").rows()


@pytest.mark.parametrize("marks", [0, 1, 2])
def test_byte_order_marks_move_no_line(tmp_path: Path, marks: int) -> None:
    path = tmp_path / "leads.csv"
    text = LEADS + "\n".join(map(lead, range(600))) + "\n"
    path.write_bytes(b"\xef\xbb\xbf" * marks + text.encode())
    assert in_pieces(path) == whole(path)
    assert whole(path)[0][0] == (2, tuple(lead(0).split(",")))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_encoding_seen_late_is_said_alike(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "leads.csv"
    rows = [lead(number) for number in range(900)] + [lead(900, "株式会社山川")]
    path.write_bytes((LEADS + "\n".join(rows) + "\n").encode(encoding))
    head = read_head(path, known_headers())
    assert head is not None and head.encoding == read_table(path).encoding == encoding


def test_cell_in_other_quotes_is_seen_over_the_end_of_a_piece(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    for place in range(560, 760, 20):
        rows = [lead(number) for number in range(1_000)]
        rows[place : place + 2] = [
            f"L{place},2026-10-01 10:00,partner,'one",
            "L7,2026-10-01 10:00,partner,two'",
        ]
        path.write_text(LEADS + "\n".join(rows) + "\n")
        assert in_pieces(path) == whole(path)
        assert [code for _, code in whole(path)[1]] == ["swallowed_rows"] * 2


@pytest.mark.parametrize(
    "note", ["※単位：千円\n", "単位：千円,,,,\n", ",,,,千円\n", "# unit: USD\n※単位：ドル\n"]
)
def test_unit_below_a_large_table_refuses_it(house: House, note: str) -> None:
    house.put("crm/sf/contracts__1.csv", CONTRACTS + contracts() + note)
    night = Night(date(2026, 11, 1), 1)
    intake = read_doors(house.home, night, KEY, opening=Opening(0, bulk_bytes=1))
    files = intake.files.filter(_file_name="contracts__1.csv")
    assert files["reason_code"].to_list() == ["unclear_unit"]
    assert "contracts__1.csv" not in intake.tables["contracts"]["_file_name"]


def test_unit_under_the_header_is_understood_in_both_lanes(house: House) -> None:
    house.put("crm/sf/contracts__1.csv", CONTRACTS + ",,,,千円\n" + contracts())
    night = Night(date(2026, 11, 1), 1)
    for bulk_bytes in (1, 10**9):
        intake = read_doors(house.home, night, KEY, opening=Opening(0, bulk_bytes))
        assert bool(intake.spools) == (bulk_bytes == 1)
        frames = [pl.read_parquet(path) for path in intake.spools.get("contracts", [])]
        rows = pl.concat([*frames, intake.tables["contracts"]], how="diagonal_relaxed")
        rows = rows.filter(_file_name="contracts__1.csv").sort("_row_number")
        assert rows["initial_yen"].to_list() == [1_000 * n for n in range(300)]
        assert rows["_row_number"][0] == 3


def test_unit_between_the_rows_refuses_the_file_in_both_lanes(tmp_path: Path) -> None:
    path = tmp_path / "contracts.csv"
    path.write_text(CONTRACTS + contracts(400) + ",,,,千円\n" + contracts(400))
    refusal = read_table(path).refusal
    assert refusal is not None and refusal.code == "unclear_unit"
    with pytest.raises(FileRefused):
        in_pieces(path)
