"""Addresses, telephone numbers and bank accounts that look right and never collide by accident."""

from __future__ import annotations

import numpy as np
import polars as pl

from .business_days import Numbers, Shares
from .world import names

_METROPOLIS, _CITY = 2, 3  # digits of the area codes of Tokyo and Osaka, and of big cities
_BUILDINGS = (
    "",
    "",
    "",
    "第一ビル3F",
    "センタービル502",
    "三和ビル2階",
    "駅前プラザ7F",
    "タワー1201",
)


def draw_cities(rng: np.random.Generator, n: int) -> Numbers:
    """Row numbers of `names/cities.csv`, by the weight of the place."""
    weight: Shares = names("cities")["weight"].cast(pl.Float64).to_numpy()
    return rng.choice(len(weight), n, p=weight / weight.sum())


def streets(rng: np.random.Generator, n: int) -> pl.Series:
    """House numbers in the plain style `3-12-7`, some with a building."""
    block, lot, house = rng.integers(1, 9, n), rng.integers(1, 40, n), rng.integers(1, 30, n)
    building = np.take(_BUILDINGS, rng.integers(0, len(_BUILDINGS), n))
    frame = pl.DataFrame({"a": block, "b": lot, "c": house, "d": building})
    return frame.select(pl.format("{}-{}-{}{}", "a", "b", "c", "d")).to_series()


def landlines(area_codes: pl.Series, numbers: pl.Series) -> pl.Series:
    """Ten digits with hyphens from a city's area code and a number of six digits."""
    frame = pl.DataFrame({"area": area_codes, "six": numbers.cast(pl.String).str.zfill(6)})
    six, digits = pl.col("six"), pl.col("area").str.len_chars()
    return frame.select(
        pl.when(digits == _METROPOLIS)
        .then(pl.format("{}-56{}-{}", "area", six.str.head(2), six.str.tail(4)))
        .when(digits == _CITY)
        .then(pl.format("{}-5{}-{}", "area", six.str.head(2), six.str.tail(4)))
        .otherwise(pl.format("{}-{}-{}", "area", six.str.head(2), six.str.tail(4)))
    ).to_series()


def mobiles(rng: np.random.Generator, n: int) -> pl.Series:
    frame = pl.DataFrame({"a": rng.integers(2000, 9999, n), "b": rng.integers(1000, 9999, n)})
    return frame.select(pl.format("090-{}-{}", "a", "b")).to_series()


def bank_accounts(rng: np.random.Generator, n: int) -> pl.Series:
    """Bank, branch, kind (1 = 普通), number."""
    frame = pl.DataFrame(
        {
            "bank": rng.choice([1, 5, 9, 10, 17, 33, 35, 138, 149, 9900], n),
            "branch": rng.integers(1, 900, n),
            "number": rng.integers(1_000_000, 9_999_999, n),
        }
    )
    return frame.select(
        pl.format(
            "{}-{}-1-{}",
            pl.col("bank").cast(pl.String).str.zfill(4),
            pl.col("branch").cast(pl.String).str.zfill(3),
            "number",
        )
    ).to_series()
