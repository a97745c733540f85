"""What readers see: one whole publication or the one before it, and no personal data."""

import stat
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from ingestion.lake import Night
from orchestration.publication import personal_columns, publish
from orchestration.settings import Settings

NIGHT = Night(date(2026, 10, 31), 1)
WORDS = pl.DataFrame({"rule_id": ["self_dealing"], "title_ja": ["顧客と代理店の同一性"]})


@pytest.fixture
def place(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path)
    settings.warehouse.parent.mkdir(parents=True)
    _fill(settings, leads=2)
    return settings


def _fill(settings: Settings, leads: int) -> None:
    with duckdb.connect(str(settings.warehouse)) as warehouse:
        for schema in ("marts", "restricted"):
            warehouse.execute(f"create schema if not exists {schema}")
        warehouse.execute(
            f"create or replace table marts.fct_leads as from range({leads}) as t (lead_id)"
        )
        warehouse.execute("create or replace table marts.flags as select 'r:1' as flag_id")
        warehouse.execute(
            "create or replace table restricted.customers as select '青木' as contact_name"
        )


def test_publication_holds_every_mart_as_table_and_parquet(place: Settings) -> None:
    assert publish(place, NIGHT, WORDS) == {"fct_leads": 2, "flags": 1}
    parquet = place.published / "parquet" / "fct_leads.parquet"
    with duckdb.connect(str(place.published / "partner_performance.duckdb"), read_only=True) as db:
        assert db.sql("select count(*) from marts.fct_leads").fetchall() == [(2,)]
        assert db.sql("select count(*) from marts._build").fetchall() == [(2,)]
        assert db.sql(f"select count(*) from '{parquet}'").fetchall() == [(2,)]


def test_publication_is_written_for_older_clients(place: Settings) -> None:
    publish(place, NIGHT, WORDS)
    header = (place.published / "partner_performance.duckdb").read_bytes()[:20]
    storage_version = int.from_bytes(header[12:20], "little")
    assert header[8:12] == b"DUCK"
    assert storage_version <= 67, "67 is the newest storage version that a 1.5 client opens"


def test_publication_keeps_personal_data_in_the_reviewers_file_only(place: Settings) -> None:
    publish(place, NIGHT, WORDS)
    reviewers = place.published / "restricted" / "reviewers.duckdb"
    assert stat.S_IMODE(reviewers.stat().st_mode) == 0o640
    with duckdb.connect(str(place.published / "partner_performance.duckdb"), read_only=True) as db:
        schemas = db.sql("select distinct schema_name from duckdb_tables()").fetchall()
    assert schemas == [("marts",)]


def test_open_reader_keeps_its_publication_while_the_next_appears(place: Settings) -> None:
    publish(place, NIGHT, WORDS)
    path = place.published / "partner_performance.duckdb"
    with duckdb.connect(str(path.resolve()), read_only=True) as reader:
        _fill(place, leads=5)
        publish(place, NIGHT, WORDS)
        assert reader.sql("select count(*) from marts.fct_leads").fetchall() == [(2,)]
    with duckdb.connect(str(path.resolve()), read_only=True) as reader:
        assert reader.sql("select count(*) from marts.fct_leads").fetchall() == [(5,)]


def test_publication_that_fails_leaves_the_previous_one(place: Settings) -> None:
    publish(place, NIGHT, WORDS)
    before = (place.published / "current").resolve()
    with duckdb.connect(str(place.warehouse)) as warehouse:
        warehouse.execute("drop table marts.flags")
    with pytest.raises(duckdb.Error):
        publish(place, NIGHT, WORDS)
    assert (place.published / "current").resolve() == before


def test_old_versions_are_forgotten_but_three(place: Settings) -> None:
    for _ in range(5):
        publish(place, NIGHT, WORDS)
    assert len(list((place.published / "versions").iterdir())) == 3


def test_personal_column_in_a_mart_is_named(place: Settings) -> None:
    with duckdb.connect(str(place.warehouse)) as warehouse:
        warehouse.execute("create table marts.leaky as select 'a@example.jp' as email")
    assert personal_columns(place.warehouse) == ["leaky.email"]
