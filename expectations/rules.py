"""YAML → frozen `Rule`s, strictly: a rule that is not understood whole is refused whole.

A file under `conduct/` holds one rule (its id is the file name); one under `uploads/` or `marts/`
holds a list of rules with an `id` each, all about the entity or mart that the file is named after.
The format is described at the top of `docs/rules.md`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from expectations.rule import (
    NO_TEXT,
    RELATIVE_DAY,
    Bound,
    DaysBetween,
    Need,
    Rule,
    Text,
    bind,
    by_measures,
    version_of,
)
from expectations.vocabulary import faults_of

__all__ = ["Bound", "Need", "Rule", "RuleError", "Text", "bind", "by_measures", "load_rules"]

SEVERITIES = ("low", "medium", "high", "critical")
HOLDS = ("none", "lead", "contract", "partner")
FAMILIES = ("identity", "evidence", "timing", "outcome", "amount", "network", "coverage", "volume")
OUTCOMES = ("clear", "hit", "undetermined")
_BOUND_KEYS = ("type", "kwargs", "all", "any", "needs", "derive")
_WORD_KEYS = ("title", "reason", "remedy", "column")
_KEYS = frozenset(("id", *_BOUND_KEYS, *_WORD_KEYS, "severity", "meta", "examples"))
_META = frozenset(("measures", "subject", "hold", "family", "clause", "evidence", "step"))


class RuleError(ValueError):
    """A rule file does not say what a rule must say; the message names file, rule and fault."""


def load_rules(folder: Path) -> tuple[Rule, ...]:
    """Every rule under a folder, by file name and place. Raises `RuleError` listing all faults."""
    rules: list[Rule] = []
    faults: list[str] = []
    for path in sorted(folder.glob("*.yml")):
        for raw in _entries(path, faults):
            wrong = _faults(raw)
            faults += [f"{path.name}: {raw.get('id', '?')}: {fault}" for fault in wrong]
            if not wrong:
                rules.append(_rule(raw, path.stem))
    ids = [rule.id for rule in rules]
    faults += [
        f"rule id {name!r} is used twice" for name in sorted(set(ids)) if ids.count(name) > 1
    ]
    if faults:
        raise RuleError("\n".join(faults))
    return tuple(rules)


def _entries(path: Path, faults: list[str]) -> list[dict[str, Any]]:
    """The rule mappings of one file; a file that holds a single one lends it its name as id."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        faults.append(f"{path.name}: not YAML: {str(error).splitlines()[0]}")
        return []
    if isinstance(content, dict):
        if "id" in content:
            faults.append(f"{path.name}: the id of a single rule is its file name")
        return [content | {"id": path.stem}]
    if isinstance(content, list) and all(isinstance(entry, dict) for entry in content):
        return content
    faults.append(f"{path.name}: holds neither one rule nor a list of rules")
    return []


def _faults(raw: Mapping[str, Any]) -> list[str]:
    faults = [f"unknown key {key!r}" for key in sorted(raw.keys() - _KEYS, key=str)]
    if not isinstance(raw.get("id"), str):
        faults.append("id is missing")
    faults += _bound_faults(raw)
    faults += _text_faults(raw)
    faults += _meta_faults(raw.get("meta", {}))
    if raw.get("severity") not in SEVERITIES:
        faults.append(f"severity must be one of {', '.join(SEVERITIES)}")
    for need in _listed(raw.get("needs")):
        if not isinstance(need, dict) or need.keys() != {"column", "at_least"}:
            faults.append("needs must hold column and at_least")
    for name, days in _derive(raw).items():
        if not isinstance(days, dict) or days.keys() != {"days_from", "days_to"}:
            faults.append(f"derive: {name} must hold days_from and days_to")
    return faults + _example_faults(raw)


def _bound_faults(raw: Mapping[str, Any]) -> list[str]:
    shapes = [key for key in ("type", "all", "any") if key in raw]
    if len(shapes) != 1:
        return ["exactly one of type, all, any is needed"]
    bounds = [raw] if shapes == ["type"] else _listed(raw[shapes[0]])
    if not bounds:
        return [f"{shapes[0]} is empty"]
    faults = []
    for bound in bounds:
        if not isinstance(bound, dict) or not isinstance(bound.get("kwargs", {}), dict):
            faults.append("a bound must hold type and kwargs")
            continue
        if shapes != ["type"] and bound.keys() - {"type", "kwargs"}:
            faults.append("a bound holds nothing but type and kwargs")
        faults += faults_of(bound.get("type"), bound.get("kwargs", {}))
        faults += _relative_faults(bound.get("kwargs", {}))
    return faults


def _relative_faults(kwargs: Mapping[str, Any]) -> list[str]:
    """A mapping as an argument can only be a day relative to the business day."""
    return [
        f"{name} must be a value or {{{RELATIVE_DAY}: <days>}}"
        for name, value in kwargs.items()
        if isinstance(value, dict)
        and not (value.keys() == {RELATIVE_DAY} and isinstance(value[RELATIVE_DAY], int))
    ]


def _text_faults(raw: Mapping[str, Any]) -> list[str]:
    """A rule about partner files says its `reason` and `column`; any other has a `title`."""
    faults = []
    if "title" not in raw and "reason" not in raw:
        faults.append("title is missing")
    if "reason" in raw and not isinstance(raw.get("column"), str):
        faults.append("column is missing: a rejected row must name the cell")
    for key in ("title", "reason", "remedy"):
        if key in raw and not _is_text(raw[key]):
            faults.append(f"{key} must hold ja and en")
    return faults


def _meta_faults(meta: Any) -> list[str]:
    if not isinstance(meta, dict):
        return ["meta must be a mapping"]
    faults = [f"unknown key 'meta.{key}'" for key in sorted(meta.keys() - _META, key=str)]
    if meta.get("hold", "none") not in HOLDS:
        faults.append(f"meta.hold must be one of {', '.join(HOLDS)}")
    if meta.get("family", "volume") not in FAMILIES:
        faults.append(f"meta.family must be one of {', '.join(FAMILIES)}")
    if "clause" in meta and not _is_text(meta["clause"]):
        faults.append("meta.clause must hold ja and en")
    return faults


def _example_faults(raw: Mapping[str, Any]) -> list[str]:
    examples = raw.get("examples")
    if not isinstance(examples, dict) or not examples.get("clear") or not examples.get("hit"):
        return ["examples must hold clear and hit rows"]
    return [f"unknown key 'examples.{key}'" for key in examples.keys() - set(OUTCOMES)]


def _rule(raw: Mapping[str, Any], stem: str) -> Rule:
    meta = raw.get("meta", {})
    match = "any" if "any" in raw else "all"
    bounds = [raw] if "type" in raw else _listed(raw[match])
    rule = Rule(
        id=raw["id"],
        bounds=tuple(Bound(bound["type"], dict(bound["kwargs"])) for bound in bounds),
        match=match,
        severity=raw["severity"],
        title=_text(raw.get("title", raw.get("reason"))),
        measures=meta.get("measures", stem),
        subject=meta.get("subject", ""),
        needs=tuple(Need(need["column"], need["at_least"]) for need in _listed(raw.get("needs"))),
        derived=tuple(DaysBetween(name, **days) for name, days in _derive(raw).items()),
        hold=meta.get("hold", "none"),
        family=meta.get("family", ""),
        clause=_text(meta.get("clause")),
        evidence=meta.get("evidence", "evidence_rows"),
        step=meta.get("step", ""),
        reason=_text(raw.get("reason")),
        remedy=_text(raw.get("remedy")),
        column=raw.get("column", ""),
        examples=raw["examples"],
    )
    return replace(rule, version=version_of(rule))


def _derive(raw: Mapping[str, Any]) -> dict[str, Any]:
    derive = raw.get("derive", {})
    return derive if isinstance(derive, dict) else {"derive": None}


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _is_text(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() == {"ja", "en"}
        and all(isinstance(sentence, str) and sentence for sentence in value.values())
    )


def _text(value: Text | None) -> Text:
    return dict(value or NO_TEXT)
