"""What a rule is, once read: bounds on columns, the words for people, and a version."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

from expectations.vocabulary import columns_of, describe

# Of the day that the night is run for; a bound on dates moves with it (`bind`).
RELATIVE_DAY = "days_after_business_day"
# One sentence in both languages of the house: keys ja and en.
Text = Mapping[str, str]
NO_TEXT = {"ja": "", "en": ""}


@dataclass(frozen=True)
class Bound:
    """What must hold: an expectation type with its arguments."""

    type: str
    kwargs: Mapping[str, Any]

    @property
    def columns(self) -> tuple[str, ...]:
        return columns_of(self.type, self.kwargs)

    @property
    def text(self) -> str:
        return describe(self.type, self.kwargs)


@dataclass(frozen=True)
class Need:
    """Below `at_least` in `column` the rule does not speak: undetermined."""

    column: str
    at_least: float


@dataclass(frozen=True)
class DaysBetween:
    """A column made for the rule: whole days from one column's business day to another's."""

    name: str
    days_from: str
    days_to: str


@dataclass(frozen=True)
class Rule:
    """One rule. `match` = all: every bound must hold; any: one is enough. Broken = hit."""

    id: str
    bounds: tuple[Bound, ...]
    match: str
    severity: str
    title: Text
    measures: str
    subject: str
    needs: tuple[Need, ...] = ()
    derived: tuple[DaysBetween, ...] = ()
    hold: str = "none"
    family: str = ""
    clause: Text = field(default_factory=NO_TEXT.copy)
    evidence: str = "evidence_rows"
    # A count: a decision covers the flag until it has doubled, whatever rows are added meanwhile.
    step: str = ""
    reason: Text = field(default_factory=NO_TEXT.copy)
    remedy: Text = field(default_factory=NO_TEXT.copy)
    column: str = ""
    examples: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    version: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that the bounds judge, derived ones included, in the order they are named."""
        named = (name for bound in self.bounds for name in bound.columns)
        return tuple(dict.fromkeys(named))

    @property
    def inputs(self) -> tuple[str, ...]:
        """Columns without which the rule cannot speak at all: judged ones and needed ones."""
        return tuple(dict.fromkeys((*self.columns, *(need.column for need in self.needs))))

    @property
    def bound(self) -> str:
        """The bound as text; with several, each after the column it binds."""
        if len(self.bounds) == 1:
            return self.bounds[0].text
        word = " and " if self.match == "all" else " or "
        return word.join(_bound_text(bound) for bound in self.bounds)


def bind(rules: Sequence[Rule], business_day: date) -> tuple[Rule, ...]:
    """Rules with `days_after_business_day` bounds turned into dates; ids and versions stay."""
    return tuple(
        replace(rule, bounds=tuple(_bind(bound, business_day) for bound in rule.bounds))
        for rule in rules
    )


def by_measures(rules: Sequence[Rule]) -> dict[str, tuple[Rule, ...]]:
    """Rules grouped by the mart (or entity) whose rows they judge."""
    ordered = sorted(rules, key=attrgetter("measures", "id"))
    return {name: tuple(group) for name, group in groupby(ordered, attrgetter("measures"))}


def version_of(rule: Rule) -> str:
    """Short hash of what the rule judges: a new bound is a new version, a new title is not."""
    judged = {
        "bounds": [(bound.type, dict(bound.kwargs)) for bound in rule.bounds],
        "match": rule.match,
        "needs": [(need.column, need.at_least) for need in rule.needs],
        "derived": [(made.name, made.days_from, made.days_to) for made in rule.derived],
        "measures": rule.measures,
        "subject": rule.subject,
    }
    content = json.dumps(judged, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(content.encode()).hexdigest()[:12]


def _bind(bound: Bound, business_day: date) -> Bound:
    kwargs = {name: _bind_value(value, business_day) for name, value in bound.kwargs.items()}
    return replace(bound, kwargs=kwargs)


def _bind_value(value: Any, business_day: date) -> Any:
    if isinstance(value, dict) and RELATIVE_DAY in value:
        return business_day + timedelta(days=value[RELATIVE_DAY])
    return value


def _bound_text(bound: Bound) -> str:
    return bound.text if len(bound.columns) != 1 else f"{bound.columns[0]} {bound.text}"
