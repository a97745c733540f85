"""`teikei crm check`, and a night that asks a CRM: what the operator sees."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from ingestion.intake import lake_tables
from ingestion.lake import Night, create_empty_batch
from orchestration.cli import main
from orchestration.crm import pull_systems
from orchestration.settings import Settings
from tests.ingestion.crm.fake_kintone import FakeKintone
from tests.ingestion.crm.fakes import serving

CONFIG = """\
kind: kintone
base_url: {url}
streams:
  - entity: leads
    object: "7"
    fields: {{lead_id: $id, registered_at: 作成日時, company_name: 会社名}}
    constants: {{channel: sales}}
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """A home that reads three records of a kintone app."""
    crm = FakeKintone()
    crm.now = datetime.now(UTC) - timedelta(hours=2)
    for name in ("一番", "二番", "三番"):
        crm.add(name)
    with serving() as (url, serve):
        serve(crm)
        (tmp_path / "crm").mkdir()
        (tmp_path / "crm" / "kin.yml").write_text(CONFIG.format(url=url))
        monkeypatch.setenv("TEIKEI_HOME", str(tmp_path))
        monkeypatch.setenv("TEIKEI_CRM_KIN_TOKEN", "s3cret-value")
        yield Settings(tmp_path)


def night() -> Night:
    return Night(datetime.now(UTC).date(), 1)


def test_check_shows_what_a_night_would_read(
    place: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["crm", "check"]) == 0
    shown = capsys.readouterr().out
    assert [line.split() for line in shown.splitlines() if "leads/7" in line] == [
        ["leads/7", "the", "beginning", "3"]
    ]
    assert "一番" not in shown and "s3cret" not in shown


def test_check_of_wrong_credentials_fails_and_says_so(
    place: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEIKEI_CRM_KIN_TOKEN", "wr0ng-value")
    assert main(["crm", "check", "kin"]) == 1
    shown = capsys.readouterr().out
    assert "API token does not match" in shown and "wr0ng" not in shown


@pytest.mark.parametrize("arguments", [["crm", "check", "other"], ["crm", "check"]])
def test_check_of_what_is_not_set_up_is_wrong_use(place: Settings, arguments: list[str]) -> None:
    if len(arguments) == 2:
        (place.crm / "kin.yml").write_text("kind: kintone\n")
    assert main(arguments) == 2


def test_night_without_systems_asks_nobody(tmp_path: Path) -> None:
    assert pull_systems(Settings(tmp_path), night()).files == ()


def test_night_stages_what_it_pulled(place: Settings, caplog: pytest.LogCaptureFixture) -> None:
    create_empty_batch(place.raw, lake_tables())
    with caplog.at_level(logging.INFO):
        pulled = pull_systems(place, night())
    assert [file.path.is_relative_to(place.lake / "staged") for file in pulled.files] == [True]
    assert "s3cret" not in caplog.text


def test_system_that_stops_a_night_is_not_tried_again_by_dagster(
    place: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_empty_batch(place.raw, lake_tables())
    monkeypatch.setenv("TEIKEI_CRM_KIN_TOKEN", "wr0ng-value")
    with pytest.raises(dg.Failure) as caught:
        pull_systems(place, night())
    assert caught.value.allow_retries is False
    assert str(caught.value.description).startswith("crm/kin: ")
