"""What the simulation hands on: one frame a thing, rows linked by small integers (`…_ix`).

The ids that a company would see (L-000123, C-00045) are given last, in `numbering`, because
wrongdoing adds and moves rows. Days are Tokyo days; `_at` columns are naive Tokyo times.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl

from .business_days import Days, Flags, Numbers, holidays

CHANNELS = ("partner", "marketing", "sales")
_APRIL = 4
_NAMES = Path(__file__).parent / "names"

CHANGE_SCHEMA = {"partner_ix": pl.Int64, "changed_on": pl.Date, "bank_account": pl.String}
LABEL_SCHEMA = {
    "scheme": pl.String,
    "is_wrong": pl.Boolean,
    "subject_kind": pl.String,
    "subject_ix": pl.Int64,
    "partner_ix": pl.Int64,
    "started_on": pl.Date,
    "difficulty": pl.Int64,
    "note": pl.String,
}


@dataclass(frozen=True)
class Period:
    """The simulated days, both ends included, and the days nobody works."""

    first_day: date
    last_day: date

    @property
    def days(self) -> Days:
        length = (self.last_day - self.first_day).days + 1
        days: Days = np.datetime64(self.first_day, "D") + np.arange(length)
        return days

    @property
    def off(self) -> Days:
        return holidays(self.first_day.year - 4, self.last_day.year + 4)

    @property
    def fiscal_year_start(self) -> date:
        """1 April on or before the last day."""
        return date(self.last_day.year - (self.last_day.month < _APRIL), _APRIL, 1)


@dataclass(frozen=True)
class World:
    """`changes`: what a partner's master row became (`changed_on`, `bank_account`)."""

    period: Period
    partners: pl.DataFrame
    reps: pl.DataFrame
    products: pl.DataFrame
    agreements: pl.DataFrame
    terms: pl.DataFrame
    tiers: pl.DataFrame
    steps: pl.DataFrame
    customers: pl.DataFrame
    leads: pl.DataFrame
    contracts: pl.DataFrame
    events: pl.DataFrame
    evidence: pl.DataFrame
    complaints: pl.DataFrame
    collections: pl.DataFrame
    trainings: pl.DataFrame
    changes: pl.DataFrame
    labels: pl.DataFrame

    def changed(self, **frames: pl.DataFrame) -> World:
        """The same world with some of its frames replaced."""
        others = {field.name: getattr(self, field.name) for field in fields(self)}
        return World(**(others | frames))


@cache
def names(table: str) -> pl.DataFrame:
    """One of the name lists beside this module, all columns text."""
    return pl.read_csv(_NAMES / f"{table}.csv", infer_schema=False)


def check_digit(base: Numbers) -> Numbers:
    """First digit of a corporate number, from its twelve base digits (statutory formula)."""
    places = np.arange(12)
    digits = base[:, None] // 10**places % 10
    total = (digits * np.where(places % 2 == 0, 1, 2)).sum(axis=1)
    digit: Numbers = 9 - total % 9
    return digit


def corporate_numbers(rng: np.random.Generator, n: int) -> pl.Series:
    base = rng.integers(10_001_000_000, 99_999_999_999, n) + 100_000_000_000
    return pl.Series(check_digit(base) * 10**12 + base).cast(pl.String)


def random_digests(rng: np.random.Generator, n: int) -> list[str]:
    """sha256-like texts for documents that need not exist."""
    text = rng.bytes(32 * n).hex()
    return [text[at : at + 64] for at in range(0, 64 * n, 64)]


def at_time_of_day(rng: np.random.Generator, days: Days, opens: int = 9, shuts: int = 19) -> Days:
    """Seconds within office hours on these days."""
    seconds = rng.integers(opens * 3600, shuts * 3600, len(days))
    times: Days = days.astype("datetime64[us]") + (seconds * 1_000_000).astype("timedelta64[us]")
    return times


def happens(rng: np.random.Generator, n: int, share: float) -> Flags:
    """n independent draws that are true with this share."""
    drawn: Flags = rng.random(n) < share
    return drawn


def lasting(days: Numbers | list[int]) -> pl.Expr:
    """A duration of so many days a row; one number holds for all rows."""
    return pl.duration(days=pl.lit(pl.Series(np.asarray(days, dtype=np.int64))))
