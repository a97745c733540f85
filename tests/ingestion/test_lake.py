"""The lake: a batch is there whole or not at all, and never again otherwise."""

from __future__ import annotations

import signal
import stat
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ingestion import lake
from ingestion.entities import ENTITIES, lake_schema
from ingestion.hashing import load_key
from ingestion.intake import commit, lake_tables
from ingestion.lake import (
    BatchExistsError,
    Night,
    batch_ids,
    read_manifest,
    scan_table,
    verify_batch,
)

House = Any  # the fixture class of conftest.py
DIE_AT_RENAME = """
import os, pathlib, sys
import polars as pl
from ingestion.lake import commit_batch

pathlib.Path.rename = lambda *_: os.kill(os.getpid(), 9)
commit_batch(pathlib.Path(sys.argv[1]), "2026-11-01#1", {"leads": pl.DataFrame({"a": [1]})}, {})
"""
NIGHT = Night(date(2026, 11, 1), 1)


def test_batch_zero_types_every_table(house: House) -> None:
    raw = house.home / "lake" / "raw"
    for name, schema in lake_tables().items():
        assert scan_table(raw, name).collect_schema() == pl.Schema(schema)
    assert batch_ids(raw) == []


def test_commit_writes_every_entity_and_the_counts(house: House) -> None:
    house.run()
    raw = house.home / "lake" / "raw"
    manifest = read_manifest(raw, NIGHT.id)
    assert set(manifest["tables"]) == {*ENTITIES, "rejected_rows", "files", "warnings"}
    assert manifest["rows"] == {"row": 6, "accepted": 6, "rejected": 0, "duplicate": 0}
    assert verify_batch(raw, NIGHT.id) == []
    assert scan_table(raw, "leads").collect_schema() == pl.Schema(lake_schema(ENTITIES["leads"]))


def test_second_commit_of_a_night_is_refused(house: House) -> None:
    intake = house.run()
    with pytest.raises(BatchExistsError):
        commit(house.home, NIGHT, intake)


def test_death_before_the_rename_leaves_nothing_visible(house: House) -> None:
    raw = house.home / "lake" / "raw"
    dying = subprocess.run([sys.executable, "-c", DIE_AT_RENAME, str(raw)], check=False)
    assert dying.returncode == -signal.SIGKILL
    assert batch_ids(raw) == []
    assert lake.discard_staged(house.home / "lake") == 1
    house.run()
    assert batch_ids(raw) == [NIGHT.id]


def test_same_inbox_gives_the_same_batch(house: House) -> None:
    first, second = house.read(), house.read()
    assert all(first.tables[name].equals(second.tables[name]) for name in ENTITIES)
    assert first.files.equals(second.files)


def test_original_is_archived_untouched(house: House) -> None:
    path = house.put("crm/sf/products.csv", "product_id,product_name\nX,あ\n", "cp932")
    row = house.run().files.row(by_predicate=pl.col("_file_name") == "products.csv", named=True)
    sha256 = row["_file_sha256"]
    kept = house.home / "archive" / sha256[:2] / f"{sha256}.csv"
    assert kept.read_bytes() == path.read_bytes()


def test_hash_key_is_made_once_and_private(tmp_path: Path) -> None:
    key = load_key(tmp_path)
    assert load_key(tmp_path) == key
    assert len(key) == 32
    mode = (tmp_path / "secrets" / "hash.key").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600
