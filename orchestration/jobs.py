"""The nightly job, its schedule (02:00 Asia/Tokyo, for yesterday) and the inbox sensor."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import dagster as dg

from orchestration import settings

nightly = dg.define_asset_job(
    "nightly",
    selection=dg.AssetSelection.all(),
    description="One night of work, inbox to published files.",
    tags={"dagster/max_runtime": 21600},
)


def run_config(business_day: str) -> dict[str, Any]:
    """Dagster run configuration of a night for `business_day` (`YYYY-MM-DD`)."""
    return {"resources": {"workplace": {"config": {"business_day": business_day}}}}


@dg.schedule(
    name="nightly", job=nightly, cron_schedule="0 2 * * *", execution_timezone="Asia/Tokyo"
)
def nightly_schedule(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """At two in the morning in Tokyo the business day that has just ended is yesterday."""
    scheduled = context.scheduled_execution_time.astimezone(settings.TOKYO)
    day = (scheduled.date() - timedelta(days=1)).isoformat()
    return dg.RunRequest(run_key=f"nightly-{day}", run_config=run_config(day))


@dg.sensor(job=nightly, minimum_interval_seconds=300)
def inbox_sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """Run a night for today when what lies in the inbox has changed since the last look."""
    inbox = settings.load().inbox
    state = _state(inbox)
    if state is None or state == context.cursor:
        return dg.SkipReason("Nothing new in the inbox.")
    request = dg.RunRequest(run_key=state, run_config=run_config(settings.today().isoformat()))
    return dg.SensorResult(run_requests=[request], cursor=state)


def _state(inbox: Path) -> str | None:
    """A digest of names, sizes and times; content is only read by the night itself."""
    files = sorted(path for path in inbox.rglob("*") if path.is_file())
    if not files:
        return None
    facts = "\n".join(
        f"{path.relative_to(inbox)} {path.stat().st_size} {path.stat().st_mtime_ns}"
        for path in files
    )
    return hashlib.sha256(facts.encode()).hexdigest()
