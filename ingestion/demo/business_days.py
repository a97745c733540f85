"""Japanese working days and how busy each day is: month ends, fiscal year end, Obon, New Year."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

Days = NDArray[np.datetime64]
Numbers = NDArray[np.int64]
Shares = NDArray[np.float64]
Flags = NDArray[np.bool_]

_SATURDAY, _SUNDAY = 5, 6
_PUSH_DAYS = 3  # the last working days of a month
# (month, day) of the holidays that never move; 8/11 and 2/23 as in the law since 2020.
_FIXED = ((1, 1), (2, 11), (2, 23), (4, 29), (5, 3), (5, 4), (5, 5), (8, 11), (11, 3), (11, 23))
_HAPPY_MONDAYS = ((1, 2), (7, 3), (9, 3), (10, 2))  # (month, which Monday)
# Offices are shut, though the law knows no holiday: year end, New Year, Obon.
_COMPANY_BREAKS = ((12, 30), (12, 31), (1, 2), (1, 3), (8, 13), (8, 14), (8, 15))
_BUSY_MONTHS = {3: 1.4, 9: 1.15, 12: 1.05, 4: 0.85, 8: 0.8, 1: 0.9}


def holidays(first_year: int, last_year: int) -> Days:
    """Sorted days off of these years, weekends left out, substitute Mondays included."""
    legal = {day for year in range(first_year, last_year + 1) for day in _legal_holidays(year)}
    between = {
        day + timedelta(1)
        for day in legal
        if day + timedelta(2) in legal and day.weekday() < _SATURDAY
    }
    substitutes = {_next_free(day, legal) for day in legal if day.weekday() == _SUNDAY}
    breaks = {
        date(year, month, day)
        for year in range(first_year, last_year + 1)
        for month, day in _COMPANY_BREAKS
    }
    return np.array(sorted(legal | between | substitutes | breaks), dtype="datetime64[D]")


def roll_forward(days: Days, off: Days) -> Days:
    """The day itself when it is a working day, else the next one."""
    return np.busday_offset(days, 0, roll="forward", holidays=off)


def push_to_month_end(rng: np.random.Generator, days: Days, off: Days, share: float) -> Days:
    """Sellers pull what is nearly signed into the last three working days of the month."""
    months = days.astype("datetime64[M]")
    month_end = np.busday_offset((months + 1).astype("datetime64[D]"), -1, "forward", holidays=off)
    target = np.busday_offset(
        month_end, -rng.integers(0, 3, len(days)), roll="backward", holidays=off
    )
    near = (target >= days) & (target - days <= np.timedelta64(14, "D"))
    return np.where(near & (rng.random(len(days)) < share), target, days)


def day_weights(days: Days, off: Days) -> Shares:
    """Relative number of leads a day brings, growing about 1.5 % a month."""
    months = days.astype("datetime64[M]")
    month_number = months.astype(np.int64) % 12 + 1
    working = np.is_busday(days, holidays=off)
    left = np.busday_count(days, (months + 1).astype("datetime64[D]"), holidays=off)
    weights: Shares = np.where(working, 1.0, 0.05) * np.where(
        working & (left <= _PUSH_DAYS), 1.6, 1.0
    )
    season = np.array([_BUSY_MONTHS.get(month, 1.0) for month in range(1, 13)])
    growth = 1.015 ** (months - months[0]).astype(np.int64)
    weights *= season[month_number - 1] * growth
    return weights


def _legal_holidays(year: int) -> set[date]:
    fixed = {date(year, month, day) for month, day in _FIXED}
    mondays = {_nth_monday(year, month, nth) for month, nth in _HAPPY_MONDAYS}
    # The equinoxes by the almanac's usual approximation, good from 1980 to 2099.
    drift = 0.242194 * (year - 1980) - (year - 1980) // 4
    return (
        fixed
        | mondays
        | {
            date(year, 3, int(20.8431 + drift)),
            date(year, 9, int(23.2488 + drift)),
        }
    )


def _nth_monday(year: int, month: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta((7 - first.weekday()) % 7 + 7 * (nth - 1))


def _next_free(day: date, taken: set[date]) -> date:
    while day in taken:
        day += timedelta(1)
    return day


def at_month(days: Days, months: Numbers) -> Days:
    """The same day of the month some months later, clamped to the month's end."""
    month = days.astype("datetime64[M]")
    place = days - month.astype("datetime64[D]")
    last = (month + months + 1).astype("datetime64[D]") - 1
    moved: Days = np.minimum((month + months).astype("datetime64[D]") + place, last)
    return moved
