"""`teikei rules`: what people do with the conduct rules beside writing them."""

from __future__ import annotations

import argparse
import getpass
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
from rich.console import Console
from rich.markup import escape

from expectations.evaluation import EvaluationError
from expectations.rules import load_rules
from expectations.thresholds import ThresholdError
from ingestion.acceptances import record_acceptance
from ingestion.lake import Night, batch_path
from ingestion.nights import completed_nights, lock_nights
from orchestration.settings import Settings
from orchestration.thresholds import change, no_rule
from orchestration.thresholds_page import print_recorded, print_thresholds

DONE, FAILED, WRONG_USE = 0, 1, 2
SETTING = "COLUMN.ARGUMENT=VALUE"


def add_commands(commands: Any) -> None:
    """Add `rules` to the subparsers of `teikei`."""
    rules = commands.add_parser("rules", help="the conduct rules (審査ルール)")
    actions = rules.add_subparsers(required=True, metavar="action")
    accept = actions.add_parser("accept", help="the sudden number of hits of a rule is right")
    accept.add_argument("rule", metavar="RULE")
    accept.add_argument("--by", metavar="NAME", help="who looked; default the user of this machine")
    accept.add_argument("--reason", required=True, metavar="TEXT", help="what was found")
    accept.set_defaults(run=_accept)
    thresholds = actions.add_parser(
        "thresholds", help="what rules judge by, and every change of it (しきい値)"
    )
    thresholds.add_argument("rule", nargs="?", metavar="RULE", help="one rule; default all")
    thresholds.set_defaults(run=_thresholds)
    setting = actions.add_parser("set", help="judge by other thresholds from the next night on")
    setting.add_argument("rule", metavar="RULE")
    setting.add_argument(
        "settings", nargs="+", metavar=SETTING, help="`default` as value: as the rule's file says"
    )
    setting.add_argument("--by", metavar="NAME", help="who sets; default the user of this machine")
    setting.add_argument("--reason", required=True, metavar="TEXT", help="why")
    setting.set_defaults(run=_set)
    _add_backtest(actions)


def _add_backtest(actions: Any) -> None:
    backtest = actions.add_parser(
        "backtest", help="what would other thresholds have found in nights of the past?"
    )
    backtest.add_argument("rule", metavar="RULE")
    backtest.add_argument(
        "--set", nargs="+", required=True, action="extend", metavar=SETTING, dest="settings"
    )
    nights = backtest.add_mutually_exclusive_group()
    nights.add_argument("--as-of", nargs="+", metavar="NIGHT|YYYY-MM-DD", help="these nights")
    nights.add_argument(
        "--last", type=int, default=3, metavar="N", help="the last N nights; default 3"
    )
    backtest.add_argument("--csv", type=Path, metavar="FILE", help="write the table's rows")
    backtest.add_argument("--flags", type=Path, metavar="FILE", help="write every flag, as CSV")
    backtest.set_defaults(run=_backtest)


def _accept(place: Settings, options: argparse.Namespace, console: Console) -> int:
    nights = completed_nights(place.lake)
    alarmed = _alarmed(place, nights)
    refusal = _refusal(place, options, nights, alarmed)
    if refusal:
        return _refused(console, refusal)
    fact = {
        "rule_id": options.rule,
        "rule_version": alarmed[options.rule],
        "accepted_by": _by(options),
        "reason": options.reason,
        "recorded_at": datetime.now(UTC).replace(tzinfo=None),
    }
    with lock_nights(place.home):
        name = record_acceptance(place.acceptances, nights[-1], fact)
    console.print(f"Accepted as {name}. The next night takes the hits of {options.rule} for flags.")
    return DONE


def _alarmed(place: Settings, nights: Sequence[Night]) -> dict[str, str]:
    """Rule → version by which it judged, of the rules out of line since the last night."""
    if not nights:
        return {}
    outcomes = pl.read_parquet(batch_path(place.flags, nights[-1].id) / "rule_outcomes.parquet")
    found = outcomes.filter(pl.col("alarm").is_not_null()).select("rule_id", "rule_version")
    return dict(found.iter_rows())


def _refusal(
    place: Settings,
    options: argparse.Namespace,
    nights: Sequence[Night],
    alarmed: dict[str, str],
) -> str | None:
    if options.rule not in {rule.id for rule in load_rules(place.rules / "conduct")}:
        return no_rule(options.rule)
    if not nights:
        return "No night has been completed yet. Run `teikei nightly` first."
    if options.rule not in alarmed:
        return f"{options.rule} is in line since the last night; there is nothing to accept."
    blank = not options.reason.strip() or not _by(options).strip()
    return "--by and --reason must say something." if blank else None


def _thresholds(place: Settings, options: argparse.Namespace, console: Console) -> int:
    rules = load_rules(place.rules / "conduct")
    if options.rule not in (None, *(rule.id for rule in rules)):
        return _refused(console, no_rule(options.rule))
    print_thresholds(console, place, rules, options.rule)
    return DONE


def _set(place: Settings, options: argparse.Namespace, console: Console) -> int:
    try:
        recorded = change(place, options.rule, options.settings, _by(options), options.reason)
    except ThresholdError as error:
        return _refused(console, str(error))
    print_recorded(console, recorded)
    return DONE


def _backtest(place: Settings, options: argparse.Namespace, console: Console) -> int:
    from orchestration.asof import RebuildError
    from orchestration.backtest import backtest, chosen_nights
    from orchestration.backtest_page import print_backtest, write_flags, write_nights

    unwritable = _unwritable(options.csv, options.flags)
    if unwritable:
        return _refused(console, unwritable)
    try:
        nights = chosen_nights(place, options.as_of, options.last)
    except RebuildError as error:
        return _refused(console, str(error))
    try:
        found = backtest(place, options.rule, options.settings, nights, console.print)
    except ThresholdError as error:
        return _refused(console, str(error))
    except (RebuildError, EvaluationError) as error:
        _refused(console, str(error))
        return FAILED
    print_backtest(console, found)
    for path, write in ((options.csv, write_nights), (options.flags, write_flags)):
        if path is not None:
            write(found, path)
            console.print(f"Written: {escape(str(path))}")
    return DONE


def _unwritable(*paths: Path | None) -> str | None:
    """What is wrong with a file to write, told before the minutes that its content takes."""
    for path in filter(None, paths):
        folder = path.absolute().parent
        there = next(each for each in (folder, *folder.parents) if each.exists())
        if path.is_dir() or not there.is_dir() or not os.access(there, os.W_OK):
            return f"{path} cannot be written: give a file in a folder that is yours."
    return None


def _by(options: argparse.Namespace) -> str:
    return getpass.getuser() if options.by is None else str(options.by)


def _refused(console: Console, why: str) -> int:
    console.print(f"[red]refused[/red]: {escape(why)}")
    return WRONG_USE
