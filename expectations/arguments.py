"""What an argument of a bound may be: a value of the kind that the rule's file gives."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from expectations.rule import RELATIVE_DAY

# Beyond it not every whole number is a float of its own, and bounds meet floats.
MOST = 2**53
BOOLEAN = "true or false"
NUMBER = "a number such as 5 or 0.02"
TEXT = "a text"
LIST = 'a list such as ["a", "b"]'
DAYS = f'days such as {{"{RELATIVE_DAY}": 2}}'
NOTHING = "nothing"
# What an argument is that the rule's file leaves out; others can only be changed where they are
# given: a bound at the other end would be another rule.
LEFT_OUT = {
    "strict_min": BOOLEAN,
    "strict_max": BOOLEAN,
    "or_equal": BOOLEAN,
}


class ArgumentError(ValueError):
    """The value is of another kind; the message reads after `… must be`."""


def kind(value: Any) -> str:
    """The kind of a value in words."""
    if isinstance(value, bool):
        return BOOLEAN
    kinds = ((int | float, NUMBER), (str, TEXT), (list, LIST), (dict, DAYS))
    return next((kind for type_, kind in kinds if isinstance(value, type_)), NOTHING)


def parse(text: str, argument: str, current: Any) -> Any:
    """The value of an argument as typed: JSON, or the text itself where it is one now."""
    if isinstance(current, str):
        return text
    try:
        return json.loads(text)
    except ValueError as error:
        raise ArgumentError(f"{_wanted(argument, current)}, not {text}") from error


def fit(value: Any, argument: str, current: Any) -> Any:
    """The value as the rule's file would hold it; `current` None where it leaves the argument out.

    Raises `ArgumentError` for another kind than that of `current`.
    """
    wanted = _wanted(argument, current)
    if kind(value) != wanted or not _ACCEPTS.get(wanted, _anything)(value, current):
        raise ArgumentError(f"{wanted}, not {as_json(value)}")
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # 5.0 and 5 judge alike and are one version
    return current if value == current else value


def as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _wanted(argument: str, current: Any) -> str:
    return LEFT_OUT[argument] if current is None else kind(current)


def _is_number(value: float, _: Any) -> bool:
    return abs(value) <= MOST  # which no not-a-number is


def _is_pattern(value: Any, _: Any) -> bool:
    try:
        re.compile(value)
    except re.error:
        return False
    return True


def _is_list(value: Any, current: Any) -> bool:
    kinds = {kind(each) for each in current}
    return bool(value) and {kind(each) for each in value} <= kinds


def _is_days(value: Any, _: Any) -> bool:
    days = value.get(RELATIVE_DAY)
    return len(value) == 1 and isinstance(days, int) and not isinstance(days, bool)


def _anything(*_: Any) -> bool:
    return True


_ACCEPTS: dict[str, Callable[[Any, Any], bool]] = {
    NUMBER: _is_number,
    TEXT: _is_pattern,
    LIST: _is_list,
    DAYS: _is_days,
}
