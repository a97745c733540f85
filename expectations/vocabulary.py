"""The expectation types a rule may use: Great Expectations' own words, row by row.

Only types that answer for every row are here: a type that answers for a whole column names no
subject, and a flag without a subject cannot be decided. A new type is one entry in `TYPES`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

BETWEEN = "expect_column_values_to_be_between"
IN_SET = "expect_column_values_to_be_in_set"
NOT_IN_SET = "expect_column_values_to_not_be_in_set"
NOT_NULL = "expect_column_values_to_not_be_null"
REGEX = "expect_column_values_to_match_regex"
PAIR_GREATER = "expect_column_pair_values_a_to_be_greater_than_b"


@dataclass(frozen=True)
class ExpectationType:
    """`columns` are the arguments that name a column; `one_of` needs at least one of its names."""

    columns: tuple[str, ...]
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()

    @property
    def arguments(self) -> frozenset[str]:
        return frozenset((*self.columns, *self.required, *self.optional, *self.one_of))


TYPES: dict[str, ExpectationType] = {
    BETWEEN: ExpectationType(
        ("column",), optional=("strict_min", "strict_max"), one_of=("min_value", "max_value")
    ),
    IN_SET: ExpectationType(("column",), required=("value_set",)),
    NOT_IN_SET: ExpectationType(("column",), required=("value_set",)),
    NOT_NULL: ExpectationType(("column",)),
    REGEX: ExpectationType(("column",), required=("regex",)),
    PAIR_GREATER: ExpectationType(("column_A", "column_B"), optional=("or_equal",)),
}


def columns_of(type_: str, kwargs: Mapping[str, Any]) -> tuple[str, ...]:
    """Names of the columns a bound reads; empty for a type that is not in the vocabulary."""
    known = TYPES.get(type_)
    return tuple(kwargs[name] for name in known.columns) if known else ()


def faults_of(type_: Any, kwargs: Mapping[str, Any]) -> list[str]:
    """What is wrong with one bound as written, one sentence a fault."""
    if type_ not in TYPES:
        return [f"unknown expectation type {type_!r}; known: {', '.join(TYPES)}"]
    known = TYPES[type_]
    faults = [f"unknown argument {name!r}" for name in sorted(kwargs.keys() - known.arguments)]
    needed = (*known.columns, *known.required)
    faults += [f"argument {name!r} is missing" for name in needed if kwargs.get(name) is None]
    if known.one_of and all(kwargs.get(name) is None for name in known.one_of):
        faults.append(f"one of {', '.join(known.one_of)} is needed")
    if not isinstance(kwargs.get("value_set", []), list):
        faults.append("value_set must be a list")
    return [f"{type_}: {fault}" for fault in faults]


def describe(type_: str, kwargs: Mapping[str, Any]) -> str:
    """A bound as a reviewer reads it beside the observed value: `≤ 3`, `in {false}`."""
    if type_ == BETWEEN:
        return _describe_between(kwargs)
    if type_ == PAIR_GREATER:
        sign = "≥" if kwargs.get("or_equal") else ">"
        return f"{kwargs['column_A']} {sign} {kwargs['column_B']}"
    if type_ == NOT_NULL:
        return "not empty"
    if type_ == REGEX:
        return f"matches {kwargs['regex']}"
    values = ", ".join(_text(value) for value in kwargs.get("value_set", []))
    return f"not in {{{values}}}" if type_ == NOT_IN_SET else f"in {{{values}}}"


def _describe_between(kwargs: Mapping[str, Any]) -> str:
    low, high = kwargs.get("min_value"), kwargs.get("max_value")
    is_open = kwargs.get("strict_min") or kwargs.get("strict_max")
    if low is not None and low == high and not is_open:
        return f"= {_text(low)}"
    lower = [] if low is None else [f"{'>' if kwargs.get('strict_min') else '≥'} {_text(low)}"]
    upper = [] if high is None else [f"{'<' if kwargs.get('strict_max') else '≤'} {_text(high)}"]
    return " and ".join((*lower, *upper))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return f"business day {value['days_after_business_day']:+d} days"
    return str(value)
