"""Pulls over several nights, through the ordinary door into a real lake."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ingestion.crm.check import check
from ingestion.crm.errors import CrmMassDeletionError, CrmUnreachableError
from ingestion.crm.pull import Means, pull_all
from ingestion.crm.pulled import Pulled
from ingestion.crm.systems import System
from ingestion.crm.watermarks import load_watermarks
from ingestion.intake import Intake, Opening, commit, lake_tables, read_doors
from ingestion.lake import create_empty_batch
from tests.ingestion.crm.bench import ENVIRONMENT, FAKES, Waits, night_of, pull, state, system_of
from tests.ingestion.crm.fake_hubspot import FakeHubSpot
from tests.ingestion.crm.fake_kintone import FakeKintone
from tests.ingestion.crm.fakes import FakeCrm
from tests.ingestion.crm.test_schedules import change

Server = tuple[str, Callable[[FakeCrm], None]]


class Home:
    """A TEIKEI_HOME whose nights read one CRM."""

    def __init__(self, home: Path, crm: FakeCrm, system: System) -> None:
        self.home, self.crm, self.system, self.nights = home, crm, system, 0
        create_empty_batch(self.raw, lake_tables())

    @property
    def raw(self) -> Path:
        return self.home / "lake" / "raw"

    def pull(self, **changes: Any) -> Pulled:
        policy = Waits(self.crm).policy(**changes)
        return pull(self.system, self.crm, self.raw, self.nights + 1, policy)

    def night(self, **changes: Any) -> Intake:
        pulled = self.pull(**changes)
        night = night_of(self.crm, self.nights + 1)
        intake = read_doors(
            self.home, night, b"k" * 32, pulled=pulled, opening=Opening(settle_seconds=0)
        )
        commit(self.home, night, intake, pulled.facts(intake.files))
        shutil.rmtree(self.home / "lake" / "staged", ignore_errors=True)
        self.nights += 1
        self.crm.now += timedelta(days=1)
        return intake

    def until(self) -> object:
        return load_watermarks(self.raw)[self.system.name][self.system.streams[0].name].until


@pytest.fixture
def home_of(server: Server, tmp_path: Path) -> Callable[..., Home]:
    def make(kind: str, records: int = 12, **changes: Any) -> Home:
        url, serve = server
        crm = FAKES[kind]()
        serve(crm)
        for place in range(records):
            crm.add(f"v{place}")
        crm.now += timedelta(hours=1)
        return Home(tmp_path, crm, system_of(kind, url, **changes))

    return make


@pytest.mark.parametrize("kind", FAKES)
def test_lake_follows_the_crm_night_after_night(home_of: Callable[..., Home], kind: str) -> None:
    home, chance = home_of(kind, allow_mass_deletion=True), random.Random(kind)
    for _ in range(5):
        intake = home.night()
        assert state(home.raw) == home.crm.truth
        assert intake.rejected.is_empty()
        for _ in range(chance.randint(0, 6)):
            change(home.crm, chance)
        home.crm.now += timedelta(hours=1)
    rows = pl.read_parquet(sorted(home.raw.glob("batch=*/leads.parquet")))
    assert set(rows["_source"]) == {f"crm/{home.system.name}"}
    assert rows["_file_sha256"].null_count() == 0


@pytest.mark.parametrize("kind", FAKES)
def test_quiet_night_delivers_nothing(home_of: Callable[..., Home], kind: str) -> None:
    home = home_of(kind)
    home.night()
    before = home.until()
    assert home.night().files.is_empty()
    assert home.until() > before  # type: ignore[operator]


@pytest.mark.parametrize("kind", FAKES)
def test_record_that_left_and_came_back_is_alive(home_of: Callable[..., Home], kind: str) -> None:
    home = home_of(kind)
    home.night()
    gone = home.crm.records[103]
    old = list(gone.history)
    home.crm.set(103, None)
    home.night()
    assert "103" not in state(home.raw)
    # restored with its old time of modification
    gone.history = old
    home.night()
    assert state(home.raw) == home.crm.truth
    assert home.night().files.is_empty()


def test_watermark_stays_when_the_night_is_not_committed(home_of: Callable[..., Home]) -> None:
    home = home_of("salesforce")
    home.night()
    before = home.until()
    home.crm.set(105, "new")
    home.crm.now += timedelta(hours=1)
    home.pull()
    assert home.until() == before
    home.night()
    assert state(home.raw)["105"] == "new"


def test_rows_pulled_twice_are_duplicates(home_of: Callable[..., Home]) -> None:
    home = home_of("hubspot")
    home.crm.set(104, "late")
    home.night()
    home.crm.now -= timedelta(days=1)
    receipt = home.night().files.row(0, named=True)
    assert (receipt["accepted_count"], receipt["duplicate_count"]) == (0, 1)


def test_file_that_the_door_refuses_leaves_the_watermark(home_of: Callable[..., Home]) -> None:
    home = home_of("kintone", records=30, constants={"channel": "unheard-of"})
    intake = home.night()
    assert intake.files["status"].to_list() == ["refused"]
    assert not load_watermarks(home.raw)["kin"]
    home.system = system_of("kintone", home.system.base_url)
    home.night()
    assert state(home.raw) == home.crm.truth


def test_changed_mapping_reads_everything_again(home_of: Callable[..., Home]) -> None:
    home = home_of("hubspot")
    home.night()
    home.system = system_of("hubspot", home.system.base_url, constants={"channel": "sales"})
    assert home.night().files["accepted_count"].to_list() == [12]


def test_lost_permission_deletes_nothing(home_of: Callable[..., Home]) -> None:
    home = home_of("kintone")
    home.night()
    assert isinstance(home.crm, FakeKintone)
    home.crm.may_read = False
    with pytest.raises(CrmMassDeletionError, match="12 of 12"):
        home.night()
    home.crm.may_read = True
    home.night()
    assert state(home.raw) == home.crm.truth


def test_system_that_may_be_skipped_is_reported_and_read_later(
    home_of: Callable[..., Home],
) -> None:
    home = home_of("hubspot", on_failure="skip")
    home.night()
    before = home.until()
    home.crm.set(101, "changed")
    home.crm.faults = dict.fromkeys(range(home.crm.requests, home.crm.requests + 99), "away")
    receipt = home.night().files.row(0, named=True)
    assert (receipt["status"], receipt["reason_code"]) == ("refused", "crm_unreachable")
    assert home.until() == before
    home.crm.faults.clear()
    home.night()
    assert state(home.raw)["101"] == "changed"


def test_system_that_may_not_be_skipped_stops_the_night(home_of: Callable[..., Home]) -> None:
    home = home_of("hubspot")
    home.crm.faults = dict.fromkeys(range(1, 99), "away")
    with pytest.raises(CrmUnreachableError, match=r"crm/hub: 127.0.0.1.*status 503"):
        home.night()


def test_records_from_after_the_business_day_wait(home_of: Callable[..., Home]) -> None:
    home = home_of("salesforce")
    home.crm.now += timedelta(days=40)
    home.crm.set(101, "much later")
    late = home.crm.now
    home.crm.now -= timedelta(days=30)
    night = night_of(home.crm, 1)
    home.crm.now = late + timedelta(hours=1)
    policy = Waits(home.crm).policy()
    pulled = pull_all([home.system], ENVIRONMENT, Means(home.raw, home.home / "s", night, policy))
    rows = pl.read_csv(pulled.files[0].path, infer_schema=False)
    assert "101" not in rows["lead_id"].to_list()
    assert pulled.watermarks["sf"]["leads/Lead"].until.replace(tzinfo=None) < night.horizon


@pytest.mark.parametrize("kind", FAKES)
def test_check_says_what_would_be_read_and_reads_no_content(
    home_of: Callable[..., Home], kind: str
) -> None:
    home = home_of(kind)
    policy = Waits(home.crm).policy()
    first = check(home.system, ENVIRONMENT, home.raw, policy)
    assert first.is_good and first.authenticated
    assert (first.streams[0].since, first.streams[0].records) == (None, 12)
    home.night()
    home.crm.set(101, "new")
    home.crm.now += timedelta(minutes=10)
    again = check(home.system, ENVIRONMENT, home.raw, policy)
    assert again.streams[0].since is not None
    assert again.streams[0].records == 1
    assert "v0" not in repr(again)


def test_check_tells_unreachable_unauthenticated_and_missing_fields_apart(
    home_of: Callable[..., Home],
) -> None:
    home = home_of("hubspot")
    assert isinstance(home.crm, FakeHubSpot)
    policy = Waits(home.crm).policy(attempts=1)
    wrong = ENVIRONMENT | {"TEIKEI_CRM_HUB_TOKEN": "other"}
    unknown = check(home.system, wrong, home.raw, policy)
    assert (unknown.reachable, unknown.authenticated, unknown.is_good) == (True, False, False)
    missing = check(
        system_of("hubspot", home.system.base_url, modified="nope"), ENVIRONMENT, home.raw, policy
    )
    assert missing.streams[0].missing == ("nope",)
    home.crm.faults = dict.fromkeys(range(1, 99), "away")
    away = check(home.system, ENVIRONMENT, home.raw, policy)
    assert (away.reachable, away.is_good) == (False, False)
    assert not check(home.system, {}, home.raw, policy).is_good
