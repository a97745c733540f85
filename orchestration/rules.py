"""`teikei rules`: what people do with the conduct rules beside writing them."""

from __future__ import annotations

import argparse
import getpass
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import polars as pl
from rich.console import Console
from rich.markup import escape

from expectations.rules import load_rules
from ingestion.acceptances import record_acceptance
from ingestion.lake import Night, batch_path
from ingestion.nights import completed_nights, lock_nights
from orchestration.settings import Settings

DONE, WRONG_USE = 0, 2


def add_commands(commands: Any) -> None:
    """Add `rules` to the subparsers of `teikei`."""
    rules = commands.add_parser("rules", help="the conduct rules (審査ルール)")
    actions = rules.add_subparsers(required=True, metavar="action")
    accept = actions.add_parser("accept", help="the sudden number of hits of a rule is right")
    accept.add_argument("rule", metavar="RULE")
    accept.add_argument("--by", metavar="NAME", help="who looked; default the user of this machine")
    accept.add_argument("--reason", required=True, metavar="TEXT", help="what was found")
    accept.set_defaults(run=_accept)


def _accept(place: Settings, options: argparse.Namespace, console: Console) -> int:
    versions = {rule.id: rule.version for rule in load_rules(place.rules / "conduct")}
    nights = completed_nights(place.lake)
    refusal = _refusal(place, options, versions.get(options.rule), nights)
    if refusal:
        console.print(f"[red]refused[/red]: {escape(refusal)}")
        return WRONG_USE
    fact = {
        "rule_id": options.rule,
        "rule_version": versions[options.rule],
        "accepted_by": getpass.getuser() if options.by is None else options.by,
        "reason": options.reason,
        "recorded_at": datetime.now(UTC).replace(tzinfo=None),
    }
    with lock_nights(place.home):
        name = record_acceptance(place.acceptances, nights[-1], fact)
    console.print(f"Accepted as {name}. The next night takes the hits of {options.rule} for flags.")
    return DONE


def _refusal(
    place: Settings, options: argparse.Namespace, version: str | None, nights: Sequence[Night]
) -> str | None:
    if version is None:
        return f"There is no rule {options.rule}."
    if not nights:
        return "No night has been completed yet. Run `teikei nightly` first."
    outcomes = pl.read_parquet(batch_path(place.flags, nights[-1].id) / "rule_outcomes.parquet")
    alarmed = outcomes.filter(pl.col("alarm").is_not_null())["rule_id"].to_list()
    if options.rule not in alarmed:
        return f"{options.rule} is in line since the last night; there is nothing to accept."
    blank = not options.reason.strip() or (options.by is not None and not options.by.strip())
    return "--by and --reason must say something." if blank else None
