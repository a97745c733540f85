"""When a night runs by itself, and for which business day."""

import os
from datetime import datetime
from pathlib import Path

import dagster as dg
import pytest

from orchestration import settings
from orchestration.jobs import inbox_sensor, nightly_schedule


def test_schedule_at_two_in_tokyo_runs_yesterday() -> None:
    at_two = datetime(2026, 11, 1, 2, 0, tzinfo=settings.TOKYO)
    request = nightly_schedule(dg.build_schedule_context(scheduled_execution_time=at_two))
    assert isinstance(request, dg.RunRequest)
    assert request.run_config["resources"]["workplace"]["config"] == {"business_day": "2026-10-31"}


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TEIKEI_HOME", str(tmp_path))
    (tmp_path / "inbox" / "partners" / "PT-001").mkdir(parents=True)
    return tmp_path / "inbox"


def test_sensor_skips_an_empty_inbox(inbox: Path) -> None:
    assert isinstance(inbox_sensor(dg.build_sensor_context()), dg.SkipReason)


def test_sensor_asks_once_for_the_same_files(inbox: Path) -> None:
    (inbox / "partners" / "PT-001" / "leads.csv").write_text("lead_id\n")
    first = inbox_sensor(dg.build_sensor_context())
    assert isinstance(first, dg.SensorResult)
    again = inbox_sensor(dg.build_sensor_context(cursor=first.cursor))
    assert isinstance(again, dg.SkipReason)


def test_sensor_asks_again_when_a_file_changes(inbox: Path) -> None:
    file = inbox / "partners" / "PT-001" / "leads.csv"
    file.write_text("lead_id\n")
    first = inbox_sensor(dg.build_sensor_context())
    assert isinstance(first, dg.SensorResult)
    os.utime(file, (1, 1))
    again = inbox_sensor(dg.build_sensor_context(cursor=first.cursor))
    assert isinstance(again, dg.SensorResult)
