"""What a rule measured and allows, in words: `is_out_of_territory in {false}` → いいえ.

A measure without words, as of an older publication, is shown as the rule writes it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_WORDS = Path(__file__).parent / "measures.csv"
_LONG_NUMBER = re.compile(r"\d+\.\d{3,}(?:e-?\d+)?")
_VALUE = re.compile(r"(\w+)=([^,]*)(?:, |$)")
_BOUND = re.compile(
    r"(?:(\w+) )?(≤|<|≥|>|=|not in|in) (\{[^}]*\}|-?[\d.]+(?:e-?\d+)?)( and | or |$)"
)
_SIGNS = {"≤": "{}以下", "<": "{}未満", "≥": "{}以上", ">": "{}超", "=": "{}"}
_ANSWERS = {"true": "はい", "false": "いいえ"}
# Below it nobody weighs how little chance alone explains.
_LEAST = 0.0001
_UNIT_LESS: dict[str, Callable[[float], str]] = {
    "percent": lambda number: f"{100 * number:.3g}%",
    "chance": lambda number: "0.01%未満" if number < _LEAST else f"{100 * number:.3g}%",
    "place": lambda number: f"下から{100 * number:.3g}%",
    "times": lambda number: f"{number:.3g}倍",
    "log10": lambda number: "0.01%未満" if 10**number < _LEAST else f"{10 ** (number + 2):.3g}%",
}


@dataclass(frozen=True)
class Measured:
    """One measure of a flag. `is_chance`: it only says how sure the others are."""

    label: str
    value: str
    allowed: str
    is_chance: bool = False


@dataclass(frozen=True)
class _Word:
    label: str
    unit: str


def read_measures(rule_id: str, observed: str, bound: str) -> tuple[list[Measured], str]:
    """The measures of a flag in the rule's order, and how their bounds join: all, any or nothing.

    Empty where a text is not of the form that rules write; the page then shows the texts.
    """
    words, only = _words()
    column = only.get(rule_id, "")
    values = dict(_VALUE.findall(observed)) or {column: observed}
    bounds = _BOUND.findall(bound)
    named: dict[str, list[tuple[str, str]]] = {}
    for name, sign, limit, _ in bounds:
        # a second limit of one column stands without its name
        column = name or column
        named.setdefault(column, []).append((sign, limit))
    is_read = bool(named) and not _BOUND.sub("", bound)
    if not (is_read and named.keys() <= words.keys()):
        return [], ""
    measures = [
        Measured(
            words[name].label,
            _value(values.get(name, ""), words[name].unit),
            "・".join(_allowed(sign, limit, words[name].unit) for sign, limit in limits),
            words[name].unit in ("chance", "log10") or name.endswith("_chance"),
        )
        for name, limits in named.items()
    ]
    join = {" and ": "all", " or ": "any"}.get(bounds[0][3], "")
    return measures, join if len(measures) > 1 else ""


def shortened(text: str) -> str:
    """The text with three digits of every long number: they tell as much as sixteen."""
    return _LONG_NUMBER.sub(lambda found: f"{float(found[0]):.3g}", text)


def measure_of(bound: str) -> str:
    """Which of the measures on peers (`fct_partner_scores`) a bound is about, else empty."""
    found = re.match(r"(\w+?)_(?:rate|ratio|ratio_low|ratio_high|place|q) ", bound)
    return found[1] if found else ""


def _value(text: str, unit: str) -> str:
    if unit == "yes_no":
        return _ANSWERS.get(text, "不明")
    try:
        number = float(text)
    except ValueError:
        return "—" if text in ("", "-") else text
    if unit in _UNIT_LESS:
        return _UNIT_LESS[unit](number)
    return f"{number:,.15g}{unit}"


def _allowed(sign: str, limit: str, unit: str) -> str:
    if sign in ("in", "not in"):
        answers = "・".join(_value(value.strip(), unit) for value in limit.strip("{}").split(","))
        return answers if sign == "in" else f"{answers}以外"
    if sign == "≤" and float(limit) == 0 and unit not in _UNIT_LESS:
        return "なし"
    return _SIGNS[sign].format(_value(limit, unit))


@cache
def _words() -> tuple[dict[str, _Word], dict[str, str]]:
    """column → its words, and rule → the only column that it judges."""
    with _WORDS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    words = {row["column"]: _Word(row["label"], row["unit"]) for row in rows}
    return words, {row["rule_id"]: row["column"] for row in rows if row["rule_id"]}
