"""`teikei demo`: a company with months behind it, its nights, and the months it has settled."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date

import polars as pl
from rich.console import Console
from rich.markup import escape

from ingestion.lake import scan_table
from ingestion.nights import completed_nights
from orchestration.checklist import Scope
from orchestration.closing import Request, close_through
from orchestration.settings import Settings

# The months before this system: closed by two persons, and paid on their days.
CLOSER, SECOND, REASON = "佐藤", "鈴木", "移行前の月（導入時に一括で締め）"

RunNight = Callable[[Settings, date, Console], int]


def demonstrate(
    place: Settings, options: argparse.Namespace, console: Console, run_night: RunNight
) -> int:
    """Write the company, run its nights, and close and pay the months before the last one.

    Returns the exit code of the first night that failed, 2 for a home in use or a company of a
    size that is none, else 0.
    """
    from ingestion import demo

    if completed_nights(place.lake):
        console.print(
            f"{place.home} already holds nights. Remove it, or set TEIKEI_HOME to an empty folder."
        )
        return 2
    with console.status("writing eighteen months of a demonstration company …"):
        try:
            deliveries = demo.write_company(
                place.inbox,
                place.home / "demo_truth.csv",
                seed=options.seed,
                leads=options.leads,
                partners=options.partners,
                level=options.level,
                schemes=not options.clean,
            )
        except ValueError as error:
            console.print(f"[red]refused[/red]: {escape(str(error))}")
            return 2
    for delivery in deliveries:
        demo.deliver(delivery, place.inbox)
        if delivery is deliveries[-1]:
            demo.pay_statements(place.inbox, _frozen(place), delivery.business_day)
        code = run_night(place, delivery.business_day, console)
        if code:
            return code
        if delivery is deliveries[0]:
            _close_past(place, delivery.business_day, console)
    return 0


def _close_past(place: Settings, until: date, console: Console) -> None:
    """Every month up to the day's, as a company does that starts with its history behind it."""
    request = Request(Scope(f"{until:%Y-%m}"), CLOSER, True, REASON, SECOND)
    with console.status("closing the months before …"):
        closes = [closed for _, closed in close_through(place, request)]
    done = sum(closed.close_id is not None for closed in closes)
    console.print(f"Closed {done} months up to {until:%Y-%m} (`teikei close --list`).\n")


def _frozen(place: Settings) -> pl.DataFrame:
    statements: pl.DataFrame = scan_table(place.closes, "statements").collect()
    return statements
