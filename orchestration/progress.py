"""What a night shows in the terminal while it works: one line a step, with a running clock."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Column

STEP_TITLES = {
    "run__night": "open the night",
    "intake": "inbox → lake: read, check, archive, commit one batch",
    "lake__customers": "resolve who is the same customer",
    "pass_1": "dbt pass 1: staging, funnel, KPIs, targets, measures",
    "lake__ledger": "post commissions: target − already posted",
    "conduct": "judge the conduct rules",
    "pass_2": "dbt pass 2: ledger, flags, holds, availability",
    "marts__fct_funnel_events_no_personal_data": "gate: no personal data",
    "volume_gates": "gate: volumes",
    "published__partner_performance": "publish",
    "run__report": "write the report",
}


class StepDisplay(logging.Handler):
    """Follows Dagster's step events and shows them."""

    def __init__(self, progress: Progress) -> None:
        super().__init__(logging.DEBUG)
        self._progress = progress
        self._running: dict[str, TaskID] = {}

    def emit(self, record: logging.LogRecord) -> None:
        event = getattr(record, "dagster_meta", {}).get("dagster_event")
        if event is None or event.step_key is None:
            return
        if event.is_step_start:
            title = STEP_TITLES.get(event.step_key, event.step_key)
            self._running[event.step_key] = self._progress.add_task(title, total=1)
        elif event.is_step_success or event.is_step_failure:
            task = self._running.pop(event.step_key)
            outcome = "" if event.is_step_success else " [red]✗ failed"
            title = STEP_TITLES.get(event.step_key, event.step_key)
            self._progress.update(task, completed=1, description=title + outcome)


@contextmanager
def step_display(console: Console) -> Iterator[StepDisplay]:
    """A live display on a terminal; plain lines where the output is a file or a pipe."""
    columns = (
        SpinnerColumn(finished_text="✓"),
        TimeElapsedColumn(table_column=Column(min_width=7, no_wrap=True)),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=console) as progress:
        yield StepDisplay(progress)


def terminal_logger(display: StepDisplay) -> dg.LoggerDefinition:
    """A Dagster logger that feeds the display instead of printing every event."""

    @dg.logger
    def terminal(context: dg.InitLoggerContext) -> logging.Logger:
        logger = logging.Logger("teikei.night", logging.DEBUG)
        logger.addHandler(display)
        return logger

    return terminal
