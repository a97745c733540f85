"""Rule files → `docs/rules.md`: `python -m expectations.docs > docs/rules.md`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from expectations.arguments import as_json
from expectations.rules import Rule, load_rules
from expectations.thresholds import thresholds_of
from expectations.vocabulary import TYPES

FOLDER = Path(__file__).parent
_INTRODUCTION = """# Rules

Generated from the files under `expectations/` by `python -m expectations.docs`; do not edit.

A rule says what must hold. Broken is a **hit**, holding is **clear**; when an input is empty the
outcome is **undetermined**, which is counted and shown and never taken as clear.

## How to write one

`conduct/<rule id>.yml` holds one rule; `uploads/<entity>.yml` and `marts/<mart>.yml` hold a list
of rules, each with its own `id`, about the entity or mart that the file is named after.

| key | what it says |
|---|---|
| `type`, `kwargs` | one expectation and its arguments |
| `all` / `any` | instead: a list of them; every one (or at least one) must hold |
| `needs` | `{column, at_least}`: below it the rule is undetermined |
| `derive` | `{<name>: {days_from, days_to}}`: days between two columns, to be bounded |
| `severity` | low, medium, high, critical |
| `title` | ja and en: noun phrase for the reviewer (conduct, marts) |
| `reason`, `column` | ja and en: sentence for the sender, and the cell it blames (uploads) |
| `remedy` | ja and en: what the reviewer should look at |
| `meta` | measures (mart), subject, hold, family, clause, evidence (column with the file rows) |
| `examples` | rows that are clear, hit, undetermined; the tests run them |

`{days_after_business_day: n}` as an argument is a date counted from the night's business day.
The version of a rule is a hash of what it judges, so a new wording is not a new version.

The thresholds below are those of the files. `teikei rules set <rule> <column>.<argument>=<value>`
changes one of a conduct rule from the next night on, without editing its file; `teikei rules
thresholds` shows what is in force and every change, `teikei rules backtest` what another would have
found (docs/operations.md).

Expectation types: TYPES.
"""
_HEADINGS = {
    "conduct": "Conduct of partners: a hit is a flag",
    "uploads": "Partners' files: a hit sends the row back",
    "marts": "Volumes: a hit warns, a critical one stops publication",
}


def render_rules(rules: Sequence[Rule], *, can_be_set: bool = False) -> str:
    """Markdown of some rules, one section each, in the order given.

    `can_be_set`: with the thresholds that are changed by data.
    """
    return "\n".join(_section(rule, can_be_set) for rule in rules)


def render_all(folder: Path = FOLDER) -> str:
    """The whole of `docs/rules.md`."""
    types = ", ".join(f"`{name}`" for name in TYPES)
    parts = [_INTRODUCTION.replace("TYPES", types)]
    for name, heading in _HEADINGS.items():
        parts.append(f"## {heading}\n")
        parts.append(render_rules(load_rules(folder / name), can_be_set=name == "conduct"))
    return "\n".join(parts)


def _section(rule: Rule, can_be_set: bool) -> str:
    thresholds = thresholds_of(rule) if can_be_set else {}
    facts = {
        "holds when": rule.bound,
        "can be set": ", ".join(
            f"`{target}` = {as_json(value)}" for target, value in thresholds.items()
        ),
        "measured in": ", ".join((f"`{rule.measures}`", *(f"`{name}`" for name in rule.columns))),
        "needs": ", ".join(f"`{need.column}` ≥ {need.at_least}" for need in rule.needs),
        "severity": rule.severity,
        "hold": rule.hold if rule.hold != "none" else "",
        "family": rule.family,
        "clause": _both(rule.clause["ja"], rule.clause["en"]),
        "remedy": _both(rule.remedy["ja"], rule.remedy["en"]),
        "version": f"`{rule.version}`",
    }
    lines = [f"- {name}: {fact}" for name, fact in facts.items() if fact]
    title = _both(rule.title["ja"], rule.title["en"])
    return "\n".join((f"### {rule.id}\n", f"{title}\n", *lines, ""))


def _both(japanese: str, english: str) -> str:
    return f"{japanese} · {english}" if japanese else ""


if __name__ == "__main__":
    print(render_all(), end="")
