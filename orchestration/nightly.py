"""Run one night from the command line: the same job object that Dagster's schedule runs."""

from __future__ import annotations

import gc
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import date
from typing import Any

import dagster as dg
from rich.console import Console

from ingestion.nights import completed_nights, read_report
from orchestration.history import history_held_open
from orchestration.progress import step_display, terminal_logger
from orchestration.settings import Settings


@dataclass(frozen=True)
class Outcome:
    """`report` is None when the night did not reach its end; `failures` says where and why."""

    report: dict[str, Any] | None
    failures: tuple[str, ...]


def run_night(settings: Settings, business_day: date, console: Console) -> Outcome:
    """Execute the nightly job in this process; never raises for a step that failed.

    What dbt prints goes to `warehouse/night.log`; `console` must not write to `sys.stdout` by name.
    """
    # Half a million objects of Dagster and dbt stay all night; looking through them for cycles
    # after every 700 new ones was a tenth of it.
    gc.set_threshold(100_000, 50, 100)
    # Dagster and dbt take seconds to import: `teikei status` and `--help` do not pay for them.
    from orchestration.definitions import teikei
    from orchestration.jobs import run_config

    definitions = teikei()
    with (
        history_held_open(),
        dg.DagsterInstance.get() as instance,
        step_display(console) as display,
    ):
        bury_dead_runs(instance)
        shown = dg.Definitions.merge(
            definitions, dg.Definitions(loggers={"terminal": terminal_logger(display)})
        )
        with settings.night_log.open("w") as log, redirect_stdout(log):
            result = shown.resolve_job_def("nightly").execute_in_process(
                run_config=run_config(business_day.isoformat()) | {"loggers": {"terminal": {}}},
                instance=instance,
                raise_on_error=False,
            )
    failed = [event for event in result.all_events if event.is_failure]
    failures = tuple(_failure(event) for event in failed if event.step_key or len(failed) == 1)
    last = completed_nights(settings.lake)[-1:] if result.success else []
    return Outcome(read_report(settings.lake, last[0]) if last else None, failures)


def bury_dead_runs(instance: dg.DagsterInstance) -> None:
    """Close the records of runs that were killed; the night's lock proves that none is alive."""
    started = dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING])
    for run in instance.get_runs(filters=started):
        instance.report_run_failed(run, "The process of this run was killed.")


def _failure(event: Any) -> str:
    error = getattr(event.event_specific_data, "error", None)
    step = event.step_key or "run"
    stated = getattr(event.event_specific_data, "user_failure_data", None)
    if stated is not None and stated.description:
        return f"{step}: {stated.description}"
    cause = error.cause if error is not None and error.cause is not None else error
    return f"{step}: {cause.message.strip() if cause is not None else event.message}"
