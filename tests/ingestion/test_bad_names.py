"""Names nobody expects: each is one clear line, or a reply under another name; the rest goes on."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ingestion.intake import write_replies

House = Any  # the fixture class of conftest.py
ROWS = "管理番号,代理店コード\n1,P1\n2,P3\n".encode()


def put_beside_a_good_one(house: House, folder: str, name: bytes) -> None:
    house.put(f"{folder}/leads__good.csv", ROWS)
    raw = os.fsencode(house.home / "inbox" / folder) + b"/" + name
    os.makedirs(os.path.dirname(raw), exist_ok=True)
    with open(raw, "wb") as handle:
        handle.write(ROWS)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"leads__\x83\x8a.csv", "leads__\ufffd\ufffd.csv"),
        (b"leads__\x1b[31m.csv", "leads__\ufffd[31m.csv"),
        (b"leads\n.csv", "leads\ufffd.csv"),
        (b"sub\xff/leads.csv", "sub\ufffd/leads.csv"),
        ("leads__\u202evsc.csv".encode(), "leads__\ufffdvsc.csv"),
        ("leads\ufffd.csv".encode(), "leads\ufffd.csv"),
    ],
)
def test_name_that_cannot_be_shown_is_refused(house: House, name: bytes, shown: str) -> None:
    put_beside_a_good_one(house, "partners/P1", name)
    intake = house.run()
    files = intake.files.filter(pl.col("_uploader_id") == "P1").sort("_file_name")
    assert set(files.select("_file_name", "status", "reason_code").rows()) == {
        (shown, "refused", "bad_name"),
        ("leads__good.csv", "loaded", None),
    }
    assert intake.tables["leads"].height == 1
    assert len(write_replies(house.home, intake)) == 2


@pytest.mark.parametrize("door", ["partners", "crm"])
def test_sender_whose_name_cannot_be_shown_is_refused(house: House, door: str) -> None:
    put_beside_a_good_one(house, door, b"x\xff/leads.csv")
    intake = house.run()
    line = intake.files.row(by_predicate=pl.col("_source") == f"{door}/x\ufffd", named=True)
    assert (line["status"], line["_file_name"]) == ("refused", "leads.csv")
    assert intake.tables["leads"].is_empty()


def test_link_to_itself_is_refused(house: House) -> None:
    house.put("partners/P1/leads__good.csv", ROWS)
    (house.home / "inbox/partners/P1/loop.csv").symlink_to("loop.csv")
    (house.home / "inbox/partners/loop").symlink_to("loop")
    files = house.run().files.filter(pl.col("_source").str.starts_with("partners"))
    assert set(files.select("_file_name", "reason_code").rows()) == {
        ("leads__good.csv", None),
        ("loop.csv", "unreadable_file"),
        ("loop", "misplaced"),
    }


def test_reply_to_a_long_name_has_a_shorter_one(house: House) -> None:
    name = f"leads__{'あ' * 78}.csv"
    house.put(f"partners/P1/{name}", ROWS)
    intake = house.run()
    receipt, rejected = write_replies(house.home, intake)
    mark = hashlib.sha256(name.encode()).hexdigest()[:12]
    assert receipt.name.endswith(f"あ~{mark}.receipt.html")
    assert rejected.name.endswith(f"あ~{mark}.rejected.xlsx")
    assert name in receipt.read_text()
    assert write_replies(house.home, intake) == [receipt, rejected]


def test_folder_named_like_a_reply_does_not_take_its_place(house: House) -> None:
    house.put("partners/P1/leads__col.csv", ROWS)
    house.put("partners/P1/leads__col.csv.receipt.html/leads__in.csv", ROWS + b"3,P1\n")
    (house.home / "outbox/P1/leads__col.csv.rejected.xlsx").mkdir(parents=True)
    written = write_replies(house.home, house.run())
    assert len(written) == 4
    assert all(path.is_file() for path in written)
    assert house.home / "outbox/P1/leads__col.csv.receipt.html" in written


def test_reply_that_a_killed_night_began_is_removed(house: House) -> None:
    house.put("partners/P1/leads.csv", ROWS)
    half: Path = house.home / "outbox/.staged/0123"
    half.parent.mkdir(parents=True)
    half.write_text("half")
    written = write_replies(house.home, house.run())
    found = {path for path in (house.home / "outbox").rglob("*") if path.is_file()}
    assert found == set(written)
