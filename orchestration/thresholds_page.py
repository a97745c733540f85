"""`teikei rules set` and `thresholds` in the terminal: what rules judge by, and its history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from rich.console import Console
from rich.markup import escape

from expectations.arguments import as_json
from expectations.rules import Rule
from expectations.thresholds import DEFAULT, Change, in_force, thresholds_of
from orchestration.settings import Settings
from orchestration.thresholds import Recorded, known_thresholds


def print_thresholds(
    console: Console, place: Settings, rules: Sequence[Rule], rule_id: str | None
) -> None:
    """What each threshold is and what the rule's file says, then every change, oldest first."""
    history = known_thresholds(place)
    held = in_force(history)
    lines = [
        line
        for rule in rules
        if rule_id in (None, rule.id)
        for line in _now(rule, held.get(rule.id, {}))
    ]
    for line in lines or [f"{rule_id} has no threshold: what it judges is true or false."]:
        console.print(escape(line))
    made = history if rule_id is None else history.filter(pl.col("rule_id") == rule_id)
    if made.is_empty():
        console.print("\nNothing has been changed; every rule judges by its file.")
        return
    console.print("\nChanges, each for the nights after the one that it is named after")
    for row in made.iter_rows(named=True):
        console.print(escape(_told(row)))


def print_recorded(console: Console, recorded: Recorded) -> None:
    """What was set, and which examples of the rule's file it contradicts."""
    rule = recorded.proposal.rule
    console.print(
        f"Set as {recorded.change_id}. {rule.id} judges by it from the next night on, as version "
        f"{rule.version} ({recorded.before or 'none'} before)."
    )
    print_changes(console, recorded.proposal.changes)
    for row, said, now in recorded.contradicted:
        console.print(
            f"[yellow]note[/yellow]: {escape(str(dict(row)))} is an example of {said} in the "
            f"rule's file, and is {now} now."
        )


def print_changes(console: Console, changes: Sequence[Change]) -> None:
    """Every threshold with its old and its new value."""
    for made in changes:
        old, new = (None if value is None else as_json(value) for value in (made.old, made.new))
        console.print(escape(f"  {made.target}: {old or '–'} → {new or DEFAULT}"))


def _now(rule: Rule, held: Mapping[str, Any]) -> list[str]:
    """One line a threshold, those included that were set and stand in no file."""
    written = thresholds_of(rule)
    now = {**written, **held}
    in_file = {
        target: as_json(written[target]) if target in written else "left out" for target in held
    }
    return [
        f"{rule.id} {target} = {as_json(value)}"
        + (f" (in its file: {in_file[target]})" if target in held else "")
        for target, value in now.items()
    ]


def _told(row: Mapping[str, Any]) -> str:
    return (
        f"{row['change_id']}  {row['rule_id']} {row['column_name']}.{row['argument']} "
        f"{row['old_value'] or '–'} → {row['new_value'] or DEFAULT} "
        f"(version {row['rule_version_before'] or '–'} → {row['rule_version_after']}), "
        f"{row['set_by']}: {row['reason']}"
    )
