"""The CRMs that are read by API: pulled in a night, or looked at by `teikei crm check`."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ingestion.crm.config import load_systems
from ingestion.crm.errors import CrmError, CrmSetupError
from ingestion.crm.pulled import Pulled
from ingestion.lake import Night
from orchestration.settings import Settings, crm_environment

PROGRESS_SECONDS = 10.0
GOOD, FAILED, WRONG_USE = 0, 1, 2


def pull_systems(settings: Settings, night: Night) -> Pulled:
    """What is new in every system with a file in `TEIKEI_HOME/crm`, staged beside the lake.

    Raises Dagster's Failure, not to be retried: a pull retries what is worth it by itself.
    """
    if not any(settings.crm.glob("*.y*ml")):
        return Pulled()
    import dagster as dg

    from ingestion.crm.pull import Means, pull_all

    staging = settings.lake / "staged" / f"crm-{uuid.uuid4().hex}"
    tell = dg.get_dagster_logger().info
    means = Means(settings.raw, staging, night, on_progress=_now_and_then(tell))
    try:
        return pull_all(load_systems(settings.crm), crm_environment(), means)
    except CrmError as error:
        raise dg.Failure(str(error), allow_retries=False) from None


def check_systems(settings: Settings, name: str | None, console: Console) -> int:
    """Print what a pull would read; 0 when every system is well, 1 when not, 2 for wrong use."""
    from ingestion.crm.check import check

    try:
        systems = load_systems(settings.crm)
    except CrmSetupError as error:
        console.print(f"[red]refused[/red]: {escape(str(error))}")
        return WRONG_USE
    chosen = [system for system in systems if name in (None, system.name)]
    if not chosen:
        known = ", ".join(system.name for system in systems) or "none yet"
        console.print(f"No such system in {settings.crm} (there: {known}). See docs/crm.md.")
        return WRONG_USE
    findings = [check(system, crm_environment(), settings.raw) for system in chosen]
    for finding in findings:
        console.print(f"\n[bold]{finding.system}[/bold] ({finding.kind})")
        console.print(_facts(finding.reachable, finding.authenticated, finding.limits))
        console.print(_streams([stream.row for stream in finding.streams]))
        if finding.problem:
            console.print(f"[red]✗[/red] {escape(finding.problem)}")
    return GOOD if all(finding.is_good for finding in findings) else FAILED


def _facts(reachable: bool | None, authenticated: bool | None, limits: str) -> Table:
    words = {True: "yes", False: "[red]no[/red]", None: "not tried"}
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_row("reachable", words[reachable])
    table.add_row("authenticated", words[authenticated])
    table.add_row("limits left", escape(limits) or "not told")
    return table


def _streams(rows: list[tuple[str, ...]]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in ("stream", "since", "would read", "missing fields"):
        table.add_column(column, justify="right" if column == "would read" else "left")
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    return table


def _now_and_then(tell: Callable[[str], None]) -> Callable[[str], None]:
    """Tell a line every few seconds: a CRM has thousands of pages."""
    last = float("-inf")

    def on_progress(text: str) -> None:
        nonlocal last
        if time.monotonic() - last >= PROGRESS_SECONDS:
            last = time.monotonic()
            tell(text)

    return on_progress
