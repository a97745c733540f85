"""What is particular to each vendor: jobs and locators, daily limits, cursors, values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from ingestion.crm.credentials import Secret, load_secrets
from ingestion.crm.errors import (
    CrmError,
    CrmInconsistentError,
    CrmLimitError,
    CrmSetupError,
    CrmUnreachableError,
)
from ingestion.crm.kinds import open_source
from ingestion.crm.source import Source
from ingestion.crm.systems import Stream
from tests.ingestion.crm.bench import ENVIRONMENT, FAKES, NAMES, Waits, pull, system_of
from tests.ingestion.crm.fake_hubspot import FakeHubSpot
from tests.ingestion.crm.fake_kintone import FakeKintone
from tests.ingestion.crm.fake_salesforce import FakeSalesforce
from tests.ingestion.crm.fakes import FakeCrm

Server = tuple[str, Callable[[FakeCrm], None]]
SECRETS = {
    "salesforce": ("CLIENT_ID", "CLIENT_SECRET"),
    "hubspot": ("TOKEN",),
    "kintone": ("TOKEN",),
}


def source_of(server: Server, kind: str, crm: FakeCrm, **changes: object) -> tuple[Source, Stream]:
    url, serve = server
    serve(crm)
    system = system_of(kind, url, **changes)
    secrets = load_secrets(NAMES[kind], SECRETS[kind], ENVIRONMENT)
    return open_source(system, secrets, Waits(crm).policy()), system.streams[0]


def filled(crm: FakeCrm, records: int = 30) -> FakeCrm:
    for place in range(records):
        crm.add(f"v{place}")
    crm.now += timedelta(hours=1)
    return crm


def read(source: Source, stream: Stream, since: object = None) -> pl.DataFrame:
    return pl.concat(list(source.pages(stream, since)))  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", FAKES)
def test_every_record_comes_once_and_in_pages(server: Server, kind: str) -> None:
    crm = filled(FAKES[kind]())
    source, stream = source_of(server, kind, crm)
    pages = list(source.pages(stream, None))
    rows = pl.concat(pages)
    assert rows.columns == list(stream.asked)
    assert rows.height == rows[stream.key_fields[0]].n_unique() == 30
    assert max(page.height for page in pages) == 9
    assert source.count(stream, None) == 30


@pytest.mark.parametrize("kind", FAKES)
def test_wrong_credentials_fail_at_once_and_unseen(server: Server, kind: str) -> None:
    crm = filled(FAKES[kind]())
    url, serve = server
    serve(crm)
    secrets = {name: Secret("wr0ng-value") for name in SECRETS[kind]}
    source = open_source(system_of(kind, url), secrets, Waits(crm).policy())
    with pytest.raises(CrmError) as caught:
        read(source, system_of(kind, url).streams[0])
    assert not isinstance(caught.value, CrmUnreachableError)
    assert "wr0ng" not in str(caught.value)
    assert crm.requests <= 2


@pytest.mark.parametrize("kind", FAKES)
def test_field_that_does_not_exist_is_named_before_anything_is_read(
    server: Server, kind: str, tmp_path: Path
) -> None:
    crm = filled(FAKES[kind]())
    url, serve = server
    serve(crm)
    system = system_of(kind, url, modified="no_such_field")
    with pytest.raises(CrmSetupError, match="no_such_field"):
        pull(system, crm, tmp_path / "raw", 1)


# --- Salesforce


@pytest.mark.parametrize("fate", ["Failed", "Aborted"])
def test_job_that_ends_badly_is_loud_and_cleaned_up(server: Server, fate: str) -> None:
    crm = FakeSalesforce()
    crm.fate = fate
    source, stream = source_of(server, "salesforce", crm)
    with pytest.raises(CrmError, match=f"ended as {fate}"):
        read(source, stream)
    assert not crm.jobs


def test_job_is_polled_with_growing_waits(server: Server) -> None:
    crm = filled(FakeSalesforce())
    assert isinstance(crm, FakeSalesforce)
    crm.polls = 15
    url, serve = server
    serve(crm)
    waits = Waits(crm)
    secrets = load_secrets("sf", SECRETS["salesforce"], ENVIRONMENT)
    source = open_source(system_of("salesforce", url), secrets, waits.policy())
    read(source, system_of("salesforce", url).streams[0])
    slept = [each for each in waits.slept if each]
    assert slept == sorted(slept)
    assert (slept[0], slept[-1]) == (0.5, 30.0)


def test_job_of_another_version_is_refused(server: Server) -> None:
    crm = filled(FakeSalesforce())
    source, stream = source_of(server, "salesforce", crm)
    pages = source.pages(stream, None)
    next(pages)
    for job in crm.jobs.values():
        job.version = "66.0"
    with pytest.raises(CrmError, match="version of the job differs"):
        list(pages)


def test_rows_that_do_not_add_up_are_not_believed(server: Server) -> None:
    crm = filled(FakeSalesforce())
    source, stream = source_of(server, "salesforce", crm)
    pages = source.pages(stream, None)
    next(pages)
    job = next(iter(crm.jobs.values()))
    job.rows[20] = job.rows[0]
    with pytest.raises(CrmInconsistentError, match="30 records"):
        list(pages)


def test_session_that_expires_is_renewed(server: Server) -> None:
    crm = filled(FakeSalesforce())
    crm.faults = {5: "expired", 8: "expired"}
    source, stream = source_of(server, "salesforce", crm)
    assert read(source, stream).height == 30
    assert crm.log.count("POST /services/oauth2/token") == 3


def test_values_of_a_job_survive_quotes_line_ends_and_nul(server: Server) -> None:
    crm = FakeSalesforce()
    values = ['a "b", c', "二行\nです", "x\0y", " =1+1", ""]
    for value in values:
        crm.add(value)
    source, stream = source_of(server, "salesforce", crm)
    expected = [value.replace("\0", "") for value in values]
    assert read(source, stream)["Company"].to_list() == expected


# --- HubSpot


def test_daily_limit_stops_at_once(server: Server, tmp_path: Path) -> None:
    crm = filled(FakeHubSpot())
    assert isinstance(crm, FakeHubSpot)
    crm.daily = True
    url, serve = server
    serve(crm)
    with pytest.raises(CrmLimitError, match="daily limit"):
        pull(system_of("hubspot", url), crm, tmp_path / "raw", 1)
    assert crm.requests == 1


def test_search_goes_on_beyond_the_window_of_results(server: Server) -> None:
    crm = FakeHubSpot()
    crm.wall = 1_000
    moment = crm.now
    # a bulk import: all of them modified in the same moment
    for place in range(1_050):
        crm.add(f"v{place}")
    url, serve = server
    serve(crm)
    system, waits = system_of("hubspot", url), Waits(crm)
    policy = waits.policy(page_records=50, read_seconds=10.0)
    source = open_source(system, load_secrets("hub", ("TOKEN",), ENVIRONMENT), policy)
    rows = read(source, system.streams[0], moment - timedelta(minutes=5))
    assert rows["hs_object_id"].n_unique() == rows.height == 1_050
    assert 0 < max(waits.slept) <= 0.25  # four searches a second


def test_stage_ids_become_labels(server: Server) -> None:
    crm = filled(FakeHubSpot(), 2)
    source, stream = source_of(server, "hubspot", crm)
    fields = {**stream.fields, "lead_status": "dealstage"}
    staged = replace(stream, fields=fields, stage_labels=True)
    for since in (None, crm.now - timedelta(days=1)):
        assert read(source, staged, since)["dealstage"].to_list() == ["受注", "受注"]


# --- kintone


def test_cursor_that_expires_is_followed_by_another(server: Server) -> None:
    crm = filled(FakeKintone())
    crm.faults = {3: "expired", 6: "cut"}
    source, stream = source_of(server, "kintone", crm, paging="cursor")
    rows = read(source, stream)
    assert rows["$id"].n_unique() == 30
    assert isinstance(crm, FakeKintone)
    assert crm.opened >= 2
    assert len(crm.cursors) <= 1


def test_values_of_all_types_are_text(server: Server) -> None:
    crm = filled(FakeKintone(), 2)
    source, stream = source_of(server, "kintone", crm)
    fields = {**stream.fields, "campaign": "明細"}
    stream = replace(stream, fields=fields)
    row = read(source, stream).row(0, named=True)
    assert row == {
        "$id": "101",
        "作成日時": "2026-11-01T12:00:00Z",
        "会社名": "v0",
        "明細": '[{"id": "1", "value": {}}]',
        "更新日時": "2026-11-01T12:00:00.000Z",
    }
