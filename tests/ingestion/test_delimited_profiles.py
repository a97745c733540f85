"""A profile declares how a system's files are written; a wrong one names its file and key."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from ingestion.bulk.pieces import read_head, read_pieces
from ingestion.delimited.profiles import Profile, ProfileError, load_profile
from ingestion.files import read_table
from ingestion.headers import known_headers
from ingestion.intake import Opening, read_doors
from ingestion.lake import Night
from tests.ingestion.conftest import KEY, House


def profile(folder: Path, text: str) -> Profile:
    path = folder / "profile.yml"
    path.write_text(text, encoding="utf-8")
    return load_profile(path)


def test_profile_is_read_from_yaml(tmp_path: Path) -> None:
    text = 'delimiter: "\\t"\nquote: ""\nencoding: cp932\nskip_lines: 2\nheader: [a, b]\n'
    assert profile(tmp_path, text) == Profile(
        delimiter="\t", quote="", encoding="cp932", skip_lines=2, header=("a", "b")
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("delimeter: ','", "delimeter"),
        ("delimiter: ':'", "delimiter"),
        ("delimiter: [1]", "delimiter"),
        ("encoding: euc-jp", "encoding"),
        ("skip_lines: -1", "skip_lines"),
        ("header_rows: true", "header_rows"),
        ("header: [a, a]", "header"),
        ("header: a", "header"),
        ("quote: ''\nquote: ''", "quote"),
        ("1: 2", "1"),
        ("- a", "key: value"),
        ("", "key: value"),
        ("{", "YAML"),
    ],
)
def test_wrong_profile_names_its_key(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(ProfileError, match=words):
        profile(tmp_path, text)


def test_file_is_read_as_declared_in_pieces_and_whole(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    rows = "".join(f'L{n};2026-10-01;会"社{n}\n' for n in range(400))
    path.write_bytes(("Export\n" + rows).encode("cp932"))
    names = ("lead_id", "registered_at", "company_name")
    told = Profile(delimiter=";", quote="", encoding="cp932", skip_lines=1, header=names)
    whole = read_table(path, told)
    head = read_head(path, known_headers(), told)
    assert head is not None
    pieces = list(read_pieces(path, head, piece_bytes=6_000))
    assert len(pieces) > 1
    assert [row for piece in pieces for row in piece.rows.rows()] == whole.rows.rows()
    assert (head.encoding, head.dialect.evidence) == (whole.encoding, whole.dialect)
    assert (whole.rows.height, whole.numbers[0]) == (400, 2)


def test_wrong_profile_refuses_the_files_of_its_folder_alone(house: House) -> None:
    house.put("crm/sf/profile.yml", "delimeter: ';'\n")
    house.put("crm/hs/leads.csv", "lead_id,company_name\nL1,山\n")
    files = house.read().files
    refused = files.filter(_source="crm/sf")
    assert set(refused["reason_code"]) == {"bad_profile"}
    assert set(refused["_file_name"]) == {"partners.csv", "contracts.csv"}
    assert "crm/sf/profile.yml: delimeter" in refused["reason_ja"][0]
    assert "bad_profile" not in files.filter(_source="crm/hs")["reason_code"].to_list()


@pytest.mark.parametrize("bulk_bytes", [1, 10**9])
def test_door_reads_a_systems_files_as_its_profile_says(house: House, bulk_bytes: int) -> None:
    told = 'delimiter: ";"\nquote: ""\nskip_lines: 1\n'
    rows = "".join(f'L{n};2026-10-01 10:00;partner;会"社{n}\n' for n in range(300))
    house.put("crm/hs/profile.yml", told)
    house.put("crm/hs/leads__1.csv", "Export\nlead_id;registered_at;channel;company_name\n" + rows)
    night = Night(date(2026, 11, 1), 1)
    intake = read_doors(house.home, night, KEY, opening=Opening(0, bulk_bytes))
    receipt = intake.files.row(by_predicate=pl.col("_source") == "crm/hs", named=True)
    assert (receipt["status"], receipt["accepted_count"]) == ("loaded", 300)
