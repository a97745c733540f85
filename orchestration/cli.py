"""The `teikei` command. Exit codes: 0 done, 1 a gate or a step failed, 2 wrong use."""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from ingestion.nights import (
    NightRefusedError,
    NightRunningError,
    completed_nights,
    lock_nights,
    open_night,
    read_report,
    unfinished_night,
    write_failures,
)
from orchestration import likeness, rules, settings, settling
from orchestration.report_page import print_accounts, print_report
from orchestration.settings import Settings

DONE, FAILED, WRONG_USE = 0, 1, 2
LEAST_FREE_GIB = 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point of the console script; returns the exit code."""
    options = _parser().parse_args(arguments)
    console = Console(file=sys.stdout, highlight=False, soft_wrap=True)
    try:
        place = settings.load()
        if options.run is _check_file:  # which leaves no trace
            settings.enter(place)
        else:
            settings.prepare(place)
        code: int = options.run(place, options, console)
    except (settings.HomeRefusedError, NightRefusedError, NightRunningError) as error:
        console.print(f"[red]refused[/red]: {error}")
        return WRONG_USE
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="teikei", description="提携: run and look after the nights."
    )
    commands = parser.add_subparsers(required=True, metavar="command")
    nightly = commands.add_parser("nightly", help="run one night: inbox to published files")
    nightly.add_argument(
        "--date",
        type=_day,
        default=None,
        metavar="YYYY-MM-DD",
        help="business day in Asia/Tokyo; default today",
    )
    nightly.set_defaults(run=_nightly)
    demo = commands.add_parser("demo", help="write a demonstration company and run its nights")
    demo.add_argument("--leads", type=int, default=24_000)
    demo.add_argument("--seed", type=int, default=7)
    demo.add_argument("--partners", type=int, default=60)
    demo.add_argument(
        "--level", type=int, choices=(1, 2, 3, 4), help="how subtly is cheated: 1 blatant, 4 subtle"
    )
    demo.add_argument("--clean", action="store_true", help="nobody cheats (docs/demo.md)")
    demo.set_defaults(run=_demo)
    status = commands.add_parser("status", help="last run, rejected, late, waiting for review")
    status.add_argument(
        "--files", action="store_true", help="every file: its rows and what became of them"
    )
    status.add_argument("--night", metavar="ID", help="another night than the last one")
    status.set_defaults(run=_status)
    doctor = commands.add_parser("doctor", help="versions, paths, permissions, locks, free disk")
    doctor.set_defaults(run=_doctor)
    ui = commands.add_parser("ui", help="Dagster's pages on this machine: lineage, checks, runs")
    ui.add_argument("--port", type=int, default=3000)
    ui.set_defaults(run=_ui)
    review = commands.add_parser("review", help="the reviewers' desk on this machine (審査デスク)")
    review.add_argument("--port", type=int, default=8000)
    review.set_defaults(run=_review)
    templates = commands.add_parser(
        "templates", help="workbooks for partners to fill in, one for each kind of data (ひな形)"
    )
    templates.add_argument("--out", type=Path, default=None, metavar="DIR")
    templates.set_defaults(run=_templates)
    check = commands.add_parser(
        "check-file", help="what would a night make of a partner's file? Keeps nothing (試し読み)"
    )
    check.add_argument("path", type=Path, metavar="FILE")
    check.add_argument("--partner", metavar="ID", help="compare with this partner's records")
    check.add_argument("--entity", metavar="NAME", help="what it is about, such as leads")
    check.set_defaults(run=_check_file)
    crm = commands.add_parser("crm", help="CRM systems that are read by API (docs/crm.md)")
    crm.add_argument("action", choices=("check",), help="check: what would a night read?")
    crm.add_argument("system", nargs="?", default=None, help="one system; default all")
    crm.set_defaults(run=_crm)
    settling.add_commands(commands)
    rules.add_commands(commands)
    likeness.add_commands(commands)
    docs = commands.add_parser(
        "docs", help="docs/rules.md, docs/data-dictionary.md and dbt's documentation"
    )
    docs.set_defaults(run=_docs)
    return parser


def _day(text: str) -> date:
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date like 2026-10-31") from error


def _nightly(place: Settings, options: argparse.Namespace, console: Console) -> int:
    return run(place, options.date or settings.today(), console)


def run(place: Settings, business_day: date, console: Console) -> int:
    """One night, shown while it works; the exit code says whether it was published."""
    from orchestration.nightly import Outcome, run_night

    free = shutil.disk_usage(place.home).free / 2**30
    if free < LEAST_FREE_GIB:
        console.print(
            f"[red]refused[/red]: {free:.1f} GiB free on the disk of {place.home}; a night needs "
            f"{LEAST_FREE_GIB}. Free some space and run it again; nothing was changed."
        )
        return FAILED
    with lock_nights(place.home):
        night = open_night(place.lake, business_day)
        try:
            outcome = run_night(place, business_day, console)
        except Exception as error:  # a full disk, a project that does not parse: still an answer
            outcome = Outcome(None, (f"{type(error).__name__}: {error}",))
            with suppress(OSError):
                place.night_log.write_text(traceback.format_exc())
    if outcome.report is not None:
        print_report(console, place, outcome.report)
        return DONE
    # A full disk is one of the reasons for being here.
    with suppress(OSError):
        write_failures(place.lake, night, outcome.failures)
    _print_failures(console, outcome.failures)
    console.print(
        "Nothing was published; the previous publication is still served. Mend the cause and run "
        f"`teikei nightly --date {business_day}` again: what was read and posted is kept. "
        f"What dbt (or Python) said is in {place.night_log}."
    )
    return FAILED


def _demo(place: Settings, options: argparse.Namespace, console: Console) -> int:
    from orchestration.demonstration import demonstrate

    return demonstrate(place, options, console, run)


def _status(place: Settings, options: argparse.Namespace, console: Console) -> int:
    nights = {night.id: night for night in completed_nights(place.lake)}
    if options.night and options.night not in nights:
        console.print(f"No completed night is called {escape(options.night)}: {', '.join(nights)}.")
        return WRONG_USE
    if nights:
        facts = read_report(place.lake, nights[options.night or list(nights)[-1]])
        show = print_accounts if options.files else print_report
        show(console, place, facts)
    else:
        console.print("No night has been completed yet. Run `teikei nightly` or `teikei demo`.")
    unfinished = unfinished_night(place.lake)
    if unfinished is not None:
        night, failures = unfinished
        console.print(f"\n[red]Night {night.id} has not been completed.[/red]")
        _print_failures(console, failures)
        console.print(f"Run `teikei nightly --date {night.business_day}` again.")
    return DONE


def _print_failures(console: Console, failures: Sequence[str]) -> None:
    for failure in failures:
        console.print(f"[red]failed[/red] {escape(failure)}")


def _doctor(place: Settings, options: argparse.Namespace, console: Console) -> int:
    from orchestration.doctor import examine

    findings = examine(place)
    for finding in findings:
        console.print(f"{'✓' if finding.is_good else '[red]✗[/red]'} {finding.text}")
    return DONE if all(finding.is_good for finding in findings) else FAILED


def _ui(place: Settings, options: argparse.Namespace, console: Console) -> int:
    console.print(f"http://127.0.0.1:{options.port} (stop with Ctrl-C)")
    command = [str(place.dbt_executable.with_name("dagster")), "dev", "-p", str(options.port)]
    return subprocess.run(
        [*command, "-h", "127.0.0.1", "-w", str(settings.PROJECT / "workspace.yaml")], check=False
    ).returncode


def _review(place: Settings, options: argparse.Namespace, console: Console) -> int:
    from review.serve import main as serve

    serve(place.home, "127.0.0.1", options.port)
    return DONE


def _templates(place: Settings, options: argparse.Namespace, console: Console) -> int:
    from ingestion.guides.templates import write_templates

    for path in write_templates(options.out or place.home / "templates"):
        console.print(str(path))
    return DONE


def _check_file(place: Settings, options: argparse.Namespace, console: Console) -> int:
    """Exit codes of its own: 0 every row would be taken, 1 some would not, 2 refused."""
    from ingestion.entities import ENTITIES
    from orchestration.trial import check_file

    if not options.path.is_file():
        console.print(f"There is no file {escape(str(options.path))}.")
        return WRONG_USE
    kinds = [name for name, entity in ENTITIES.items() if entity.uploadable]
    if options.entity not in (None, *kinds):
        console.print(f"{escape(options.entity)} is none of {', '.join(kinds)}.")
        return WRONG_USE
    return check_file(
        place,
        options.path,
        console,
        business_day=settings.today(),
        partner_id=options.partner,
        entity=options.entity,
    )


def _crm(place: Settings, options: argparse.Namespace, console: Console) -> int:
    from orchestration.crm import check_systems

    return check_systems(place, options.system, console)


def _docs(place: Settings, options: argparse.Namespace, console: Console) -> int:
    from expectations.docs import render_all
    from ingestion.guides import dictionary
    from orchestration.manifest import generate_docs

    documents = settings.PROJECT / "docs"
    (documents / "rules.md").write_text(render_all(), encoding="utf-8")
    (documents / "data-dictionary.md").write_text(dictionary.render(), encoding="utf-8")
    console.print(f"Open {generate_docs(place)} in a browser.")
    return DONE


if __name__ == "__main__":
    sys.exit(main())
