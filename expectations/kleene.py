"""Three-valued answers: true (holds), false (broken), null (undetermined), as polars Series.

polars' own `&` and `|` follow Kleene's tables: false beats null in `and`, true beats it in `or`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import and_, or_

import polars as pl

from expectations.rule import DaysBetween, Rule

# Timestamps are naive UTC; a day is a business day in Asia/Tokyo, which has no daylight saving.
_TOKYO = pl.duration(hours=9)


def combine(match: str, answers: Sequence[pl.Series]) -> pl.Series:
    """`all`: broken by one broken bound; `any`: broken only when every bound is."""
    return reduce(and_ if match == "all" else or_, answers)


def restrict(answers: pl.Series, rule: Rule, rows: pl.DataFrame) -> pl.Series:
    """Undetermined where a column that the rule `needs` is empty or below its least value."""
    # a column without any value has no type to compare by
    met = [rows[need.column].cast(pl.Float64) >= need.at_least for need in rule.needs]
    if not met:
        return answers
    enough = reduce(and_, met)
    return pl.select(pl.when(enough).then(answers)).to_series()


def present(inputs: Sequence[pl.Series], empty_is_a_value: bool) -> pl.Series:
    """Where a bound can speak: all its inputs are there (or their absence is what it judges)."""
    if empty_is_a_value:
        return pl.repeat(True, inputs[0].len(), eager=True)
    return reduce(and_, (series.is_not_null() for series in inputs))


def derive(rule: Rule, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with the rule's derived columns; one whose sources are no days is left out.

    Not-a-number counts as missing: it compares with nothing, so it must not read as a pass.
    """
    floats = [
        pl.col(name).fill_nan(None)
        for name in rule.inputs
        if name in frame.columns and frame.schema[name].is_float()
    ]
    made = [
        _days_between(days, frame)
        for days in rule.derived
        if _has_days(days.days_from, frame) and _has_days(days.days_to, frame)
    ]
    return frame.with_columns(*floats, *made)


def _days_between(days: DaysBetween, frame: pl.DataFrame) -> pl.Expr:
    start, end = (_business_day(name, frame) for name in (days.days_from, days.days_to))
    return (end - start).dt.total_days().alias(days.name)


def _has_days(name: str, frame: pl.DataFrame) -> bool:
    return isinstance(frame.schema.get(name), pl.Date | pl.Datetime | pl.Null)


def _business_day(name: str, frame: pl.DataFrame) -> pl.Expr:
    column = pl.col(name)
    is_time = isinstance(frame.schema[name], pl.Datetime)
    return (column + _TOKYO).dt.date() if is_time else column.cast(pl.Date)
