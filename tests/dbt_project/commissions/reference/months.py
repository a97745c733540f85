"""Months: anniversaries, whole months, closing periods and the windows made of them."""

from __future__ import annotations

import calendar
from datetime import date

MONTHS_A_YEAR = 12
FISCAL_YEAR_BEGINS = 4  # "quarters and fiscal years (from April unless configured)"


def last_day(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]


def add_months(start: date, count: int) -> date:
    """`start` + `count` months, always counted from `start`, "clamped to month end"."""
    years, month = divmod(start.month - 1 + count, MONTHS_A_YEAR)
    year, month = start.year + years, month + 1
    return date(year, month, min(start.day, last_day(year, month)))


def whole_months(start: date | None, end: date) -> int:
    # "m = the largest k ≥ 0 with start + k months (clamped to month end) ≤ cancelled_on"
    # An end before the start has no such k, and an unknown start no months: nothing was served.
    count = 0
    while start is not None and add_months(start, count + 1) <= end:
        count += 1
    return count


def closing_month(day: date, closing_day: int | None) -> tuple[int, int]:
    """Year and month of the closing date of the period that contains `day`.

    "closing_day (1-28, 31 = month end)"; an empty one is 31.
    """
    closes_on = min(closing_day or 31, last_day(day.year, day.month))
    if day.day <= closes_on:
        return day.year, day.month
    following = add_months(date(day.year, day.month, 1), 1)
    return following.year, following.month


def earn_period(day: date, closing_day: int | None) -> str:
    """`YYYY-MM` of the closing date."""
    year, month = closing_month(day, closing_day)
    return f"{year:04}-{month:02}"


def window(day: date, closing_day: int | None, length: str) -> str:
    # "a month is the agreement's closing period, quarters and fiscal years … are runs of them"
    if length == "month":
        return earn_period(day, closing_day)
    year, month = closing_month(day, closing_day)
    months_in = (month - FISCAL_YEAR_BEGINS) % MONTHS_A_YEAR
    fiscal_year = year if month >= FISCAL_YEAR_BEGINS else year - 1
    return f"FY{fiscal_year}" + (f"-Q{months_in // 3 + 1}" if length == "quarter" else "")
