"""What a rule allows may be changed by data: which numbers of a rule these are, and what fits them.

A threshold is named `<column>.<argument>`: an argument of the bound on that column, or `at_least`
of a column that the rule needs. Whether something true or false is allowed is no threshold.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from expectations.arguments import (
    BOOLEAN,
    LEFT_OUT,
    NOTHING,
    NUMBER,
    ArgumentError,
    as_json,
    fit,
    kind,
    parse,
)
from expectations.engine import evaluate
from expectations.rule import Bound, Need, Rule, version_of
from expectations.units import keeps_nothing, unit_of
from expectations.vocabulary import TYPES, faults_of

AT_LEAST, DEFAULT = "at_least", "default"


class ThresholdError(ValueError):
    """A threshold that cannot be set, or no longer fits its rule; the message is one sentence."""


@dataclass(frozen=True)
class Change:
    """`old` None: the rule's file leaves it out. `new` None: back to the rule's file."""

    target: str
    old: Any
    new: Any


@dataclass(frozen=True)
class Proposal:
    """What would be in force for one rule (target → value), and what of it is new."""

    rule: Rule
    held: Mapping[str, Any]
    changes: tuple[Change, ...]


def thresholds_of(rule: Rule) -> dict[str, Any]:
    """Target → value of the numbers, lists and texts that the rule gives, as its file orders them.

    Whether a bound is itself allowed (`strict_max`) can be set as well, and is not listed.
    """
    found = {
        f"{bound.columns[0]}.{name}": value
        for bound in rule.bounds
        for name, value in bound.kwargs.items()
        if name in _arguments(bound) and not isinstance(value, bool)
    }
    return found | {f"{need.column}.{AT_LEAST}": need.at_least for need in rule.needs}


def apply(rule: Rule, held: Mapping[str, Any]) -> Rule:
    """The rule as it judges by these thresholds (target → value), with the version of that.

    Raises `ThresholdError` for a target that the rule does not have or a value it cannot take.
    """
    for target, value in held.items():
        rule = _place(rule, target, value)
    for bound in rule.bounds:
        low, high = (bound.kwargs.get(name) for name in ("min_value", "max_value"))
        if isinstance(low, int | float) and isinstance(high, int | float) and low > high:
            raise ThresholdError(
                f"Nothing is at least {low} and at most {high}: every {bound.columns[0]} would hit."
            )
    return replace(rule, version=version_of(rule))


def effective(rules: Sequence[Rule], history: pl.DataFrame) -> tuple[Rule, ...]:
    """The rules as they judge by these changes; `history`: their rows in the lake, oldest first.

    Raises `ThresholdError` when one no longer fits its rule, whose file has changed since.
    """
    held = in_force(history)
    return tuple(_fitted(rule, held[rule.id]) if rule.id in held else rule for rule in rules)


def in_force(history: pl.DataFrame) -> dict[str, dict[str, Any]]:
    """Rule → target → value of the changes that no later one has replaced or taken back."""
    held: dict[str, dict[str, Any]] = {}
    for rule_id, column, argument, new in history.select(
        "rule_id", "column_name", "argument", "new_value"
    ).iter_rows():
        of_rule = held.setdefault(rule_id, {})
        of_rule.pop(f"{column}.{argument}", None)
        if new is not None:
            of_rule[f"{column}.{argument}"] = json.loads(new)
    return held


def propose(written: Rule, held: Mapping[str, Any], settings: Sequence[str]) -> Proposal:
    """What `<column>.<argument>=<value>` would change in a rule, as its file has written it.

    `default` as value goes back to the file. Raises `ThresholdError` for anything that is no
    setting of this rule, or changes nothing.
    """
    after, changes = dict(held), []
    for target, text in _read_settings(settings).items():
        if text == DEFAULT:
            change = _taken_back(written, held, target)
            del after[target]
        else:
            change = _changed(_fitted(written, held), target, text)
            after[target] = change.new
        changes.append(change)
    rule = apply(written, after)
    _refuse_senseless(rule, changes)
    return Proposal(rule, after, tuple(changes))


def examples_changed(written: Rule, rule: Rule) -> list[tuple[Mapping[str, Any], str, str]]:
    """(row, what the file says, what it is now) of the file's examples that come out otherwise.

    Raises `EvaluationError` when the rule cannot be evaluated.
    """
    rows = [(row, said) for said, group in written.examples.items() for row in group]
    frame = pl.DataFrame([row for row, _ in rows], infer_schema_length=None, strict=False)
    numbered = frame.with_columns(pl.int_range(frame.height).cast(pl.String).alias(rule.subject))
    evaluation = evaluate([rule], numbered, rule.subject)
    evaluation.raise_on_error()
    found = dict(evaluation.outcomes.select("subject_id", "outcome").iter_rows())
    told = [(row, said, found.get(str(place), "clear")) for place, (row, said) in enumerate(rows)]
    return [each for each in told if each[1] != each[2]]


def _fitted(rule: Rule, held: Mapping[str, Any]) -> Rule:
    try:
        return apply(rule, held)
    except ThresholdError as error:
        raise ThresholdError(
            f"What was set for {rule.id} no longer fits its file: {error} "
            f"`teikei rules set {rule.id} <column>.<argument>={DEFAULT}` takes it back."
        ) from error


def _refuse_senseless(rule: Rule, changes: Sequence[Change]) -> None:
    """Only of what is new: a night judges by what somebody has set, whatever is refused since."""
    for change in changes:
        column, _, argument = change.target.rpartition(".")
        unit = unit_of(column, is_need=argument == AT_LEAST)
        if unit is None or kind(change.new) not in (NUMBER, BOOLEAN):
            continue
        if kind(change.new) == NUMBER and not unit.takes(change.new):
            raise ThresholdError(f"{change.target} must be {unit.text}, not {as_json(change.new)}.")
        if argument != AT_LEAST and keeps_nothing(bound := _bound(rule, change.target)):
            raise ThresholdError(f"Every {column} would hit by {bound.text}: it is {unit.text}.")


def _read_settings(settings: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for setting in settings:
        target, equals, text = setting.partition("=")
        column, _, argument = target.strip().rpartition(".")
        if not (equals and column and argument and text.strip()):
            raise ThresholdError(f"{setting!r} is not written as <column>.<argument>=<value>.")
        if target.strip() in found:
            raise ThresholdError(f"{target.strip()} is set twice.")
        found[target.strip()] = text.strip()
    return found


def _taken_back(written: Rule, held: Mapping[str, Any], target: str) -> Change:
    if target not in held:
        raise ThresholdError(f"{target} of {written.id} was not set; it is as its file says.")
    return Change(target, held[target], None)


def _changed(rule: Rule, target: str, text: str) -> Change:
    current = _value(rule, target)
    try:
        value = parse(text, target.rpartition(".")[2], current)
    except ArgumentError as error:
        raise ThresholdError(f"{target} must be {error}.") from error
    changed = _place(rule, target, value)
    new = _value(changed, target)
    if new == current and kind(new) == kind(current):
        raise ThresholdError(f"{target} of {rule.id} is {as_json(current)} already.")
    return Change(target, current, new)


def _place(rule: Rule, target: str, value: Any) -> Rule:
    """The rule with one threshold changed; its version is still the old one."""
    current = _value(rule, target)
    column, _, argument = target.rpartition(".")
    try:
        fitting = fit(value, argument, current)
    except ArgumentError as error:
        raise ThresholdError(f"{target} must be {error}.") from error
    if argument == AT_LEAST:
        needs = (
            Need(need.column, fitting) if need.column == column else need for need in rule.needs
        )
        return replace(rule, needs=tuple(needs))
    wanted = _bound(rule, target)
    changed = replace(wanted, kwargs={**wanted.kwargs, argument: fitting})
    for fault in faults_of(changed.type, changed.kwargs):
        raise ThresholdError(f"{fault}.")
    return replace(rule, bounds=tuple(changed if b is wanted else b for b in rule.bounds))


def _value(rule: Rule, target: str) -> Any:
    """What the rule says; None for an argument that it leaves out."""
    column, _, argument = target.rpartition(".")
    if argument == AT_LEAST:
        for need in rule.needs:
            if need.column == column:
                return need.at_least
        raise _unknown(rule, target)
    return _bound(rule, target).kwargs.get(argument)


def _bound(rule: Rule, target: str) -> Bound:
    """The bound that a target names: the one that gives the argument, else the one that may."""
    column, _, argument = target.rpartition(".")
    taking = [
        bound
        for bound in rule.bounds
        if bound.columns[0] == column
        and argument in _arguments(bound)
        and (argument in bound.kwargs or argument in LEFT_OUT)
    ]
    chosen = [bound for bound in taking if argument in bound.kwargs] or taking
    if len(chosen) != 1:
        raise _unknown(rule, target)
    return chosen[0]


def _unknown(rule: Rule, target: str) -> ThresholdError:
    known = ", ".join(f"{name} = {as_json(value)}" for name, value in thresholds_of(rule).items())
    return ThresholdError(
        f"{rule.id} has no threshold {target}; {f'it has {known}' if known else 'it has none'}."
    )


def _arguments(bound: Bound) -> frozenset[str]:
    """What may be changed in a bound: nothing where it lists what is true or false.

    A date that a file gives as such is no JSON, and stays in the file.
    """
    values = bound.kwargs.get("value_set", [])
    if values and all(isinstance(value, bool) for value in values):
        return frozenset()
    known = TYPES[bound.type]
    odd = [name for name, value in bound.kwargs.items() if kind(value) == NOTHING]
    return known.arguments - frozenset((*known.columns, *odd))
