"""The settlement clerk's commands: ledger, close, statements, journal, as-of."""

from __future__ import annotations

import argparse
import getpass
import re
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from ingestion.nights import completed_nights
from orchestration.settings import Settings

DONE, FAILED, WRONG_USE = 0, 1, 2


def add_commands(commands: Any) -> None:
    """Add the clerk's commands to the subparsers of `teikei`."""
    _add_ledger(commands)
    closing = commands.add_parser("close", help="close a period after its checklist (締め)")
    closing.add_argument("period", nargs="?", type=_period, metavar="YYYY-MM")
    closing.add_argument("--partner", metavar="ID", help="one partner; default all")
    closing.add_argument(
        "--through",
        action="store_true",
        help="every open period up to this one, the oldest first; ends at one that is blocked",
    )
    closing.add_argument(
        "--by", metavar="NAME", help="who closes; default the user of this machine"
    )
    closing.add_argument("--force", action="store_true", help="close although something blocks")
    closing.add_argument("--reason", metavar="TEXT", help="why it is forced; kept with the close")
    closing.add_argument("--second", metavar="NAME", help="who else agreed to force it")
    closing.add_argument("--list", action="store_true", help="show every close")
    _add_language(closing)
    closing.set_defaults(run=_close)
    statements = commands.add_parser(
        "statements", help="write a period's statements as XLSX and HTML (支払通知書)"
    )
    statements.add_argument("period", type=_period, metavar="YYYY-MM")
    statements.add_argument("--partner", metavar="ID", help="one partner; default all")
    statements.add_argument(
        "--out", type=Path, metavar="DIR", help="default TEIKEI_HOME/statements/YYYY-MM"
    )
    statements.add_argument(
        "--reissue", action="store_true", help="first make the next version of --partner's (再発行)"
    )
    statements.add_argument(
        "--by", metavar="NAME", help="who reissues; default the user of this machine"
    )
    statements.add_argument(
        "--reason", metavar="TEXT", help="what was wrong; kept with the version"
    )
    statements.add_argument("--second", metavar="NAME", help="who else agreed to reissue it")
    _add_language(statements)
    statements.set_defaults(run=_statements)
    journal = commands.add_parser("journal", help="write the journal as one CSV (手数料仕訳)")
    journal.add_argument(
        "month", nargs="?", type=_period, metavar="YYYY-MM", help="month of booking; default all"
    )
    journal.add_argument("--out", type=Path, metavar="FILE", help="default TEIKEI_HOME/statements")
    _add_language(journal)
    journal.set_defaults(run=_journal)
    as_of = commands.add_parser("as-of", help="rebuild the warehouse as an old night knew it")
    as_of.add_argument("night", metavar="NIGHT|YYYY-MM-DD")
    as_of.add_argument("--home", type=Path, metavar="DIR", help="default TEIKEI_HOME/as_of/NIGHT")
    as_of.set_defaults(run=_as_of)


def _add_ledger(commands: Any) -> None:
    ledger = commands.add_parser("ledger", help="prove and explain the postings (手数料元帳)")
    actions = ledger.add_subparsers(required=True, metavar="action")
    verify = actions.add_parser("verify", help="is every batch as it was committed?")
    _add_language(verify)
    verify.set_defaults(run=_verify)
    explain = actions.add_parser("explain", help="from the rows of files to the yen, or why none")
    explain.add_argument("subject", metavar="POSTING|CONTRACT|LEAD")
    _add_language(explain)
    explain.set_defaults(run=_explain)


def _add_language(command: argparse.ArgumentParser) -> None:
    command.add_argument("--lang", choices=("ja", "en"), default="ja")


def _period(text: str) -> str:
    if re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text, re.ASCII):
        return text
    raise argparse.ArgumentTypeError(f"{text!r} is not a period like 2026-10")


def _verify(place: Settings, options: argparse.Namespace, console: Console) -> int:
    from ingestion.ledger_chain import verify
    from orchestration.ledger_page import print_chain

    chain = verify(place.ledger, place.closes, completed_nights(place.lake))
    print_chain(console, place, chain, options.lang)
    return DONE if chain.altered is None else FAILED


def _explain(place: Settings, options: argparse.Namespace, console: Console) -> int:
    from orchestration.explanation import ExplanationRefusedError, explain
    from orchestration.ledger_page import print_explanation

    try:
        found = explain(place, options.subject)
    except ExplanationRefusedError as error:
        console.print(f"[red]refused[/red]: {escape(str(error))}")
        return WRONG_USE
    print_explanation(console, found, options.lang)
    return DONE


def _close(place: Settings, options: argparse.Namespace, console: Console) -> int:
    from ingestion.closes import read_closes
    from orchestration.checklist import Scope
    from orchestration.closing import CloseRefusedError, Request, close, close_through
    from orchestration.closing_page import print_closed, print_closes

    if options.list:
        print_closes(console, read_closes(place.closes), options.lang)
        return DONE
    if options.period is None:
        console.print("[red]refused[/red]: name the period to close, for example 2026-10.")
        return WRONG_USE
    request = Request(
        Scope(options.period, options.partner),
        getpass.getuser() if options.by is None else options.by,
        options.force,
        options.reason,
        options.second,
    )
    is_closed = True
    console.print(f"[dim]{escape(str(place.home))}[/dim]")  # a close cannot be taken back
    try:
        asked = (
            close_through(place, request) if options.through else [(request, close(place, request))]
        )
        for one, closed in asked:
            print_closed(console, one, closed, options.lang)
            is_closed = closed.close_id is not None
    except CloseRefusedError as error:
        console.print(f"[red]refused[/red]: {escape(str(error))}")
        return WRONG_USE
    return DONE if is_closed else FAILED


def _statements(place: Settings, options: argparse.Namespace, console: Console) -> int:
    from orchestration.checklist import Scope
    from orchestration.statements.export import export_statements
    from orchestration.statements.reading import NothingPublishedError
    from orchestration.statements.reissuing import ReissueRefusedError

    folder = options.out or place.home / "statements" / options.period
    try:
        if options.reissue:
            _reissue(place, options, console)
        scope = Scope(options.period, options.partner)
        written = export_statements(place, scope, folder, console, options.lang)
    except (NothingPublishedError, ReissueRefusedError) as error:
        console.print(f"[red]refused[/red]: {escape(str(error))}")
        return WRONG_USE
    return DONE if written else FAILED


def _reissue(place: Settings, options: argparse.Namespace, console: Console) -> None:
    from orchestration.statements.export import print_reissued
    from orchestration.statements.reissuing import ReissueRefusedError, Request, reissue

    if options.partner is None:
        raise ReissueRefusedError("--reissue needs --partner: one statement at a time.")
    by = getpass.getuser() if options.by is None else options.by
    request = Request(options.partner, options.period, by, options.reason, options.second)
    print_reissued(console, reissue(place, request), options.lang)


def _journal(place: Settings, options: argparse.Namespace, console: Console) -> int:
    from orchestration.ledger_words import Words
    from orchestration.statements.export import export_journal
    from orchestration.statements.reading import NothingPublishedError
    from orchestration.unbooked import unbooked

    name = f"journal_{options.month or 'all'}.csv"
    try:
        path = options.out or place.home / "statements" / name
        balances = export_journal(place, options.month, path, console, options.lang)
    except NothingPublishedError as error:
        console.print(f"[red]refused[/red]: {escape(str(error))}")
        return WRONG_USE
    if records := unbooked(place, options.month):
        text = Words(options.lang)("journal_unbooked", records="; ".join(records))
        console.print(f"[yellow]{escape(text)}[/yellow]")
    return DONE if balances else FAILED


def _as_of(place: Settings, options: argparse.Namespace, console: Console) -> int:
    from orchestration.asof import RebuildError, find_night, print_rebuilt, rebuild

    try:
        night = find_night(place, options.night)
        rebuilt = rebuild(place, night, options.home, console.print)
    except RebuildError as error:
        console.print(f"[red]refused[/red]: {escape(str(error))}")
        return FAILED
    print_rebuilt(console, rebuilt)
    return FAILED if rebuilt.different and rebuilt.is_same_code else DONE
