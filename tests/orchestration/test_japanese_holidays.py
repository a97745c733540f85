"""The seed of public holidays: what was announced is kept, what follows is the law's."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from pathlib import Path

import pytest

from orchestration.japanese_holidays import (
    Holiday,
    extended,
    legal_holidays,
    read_seed,
    write_seed,
)


def _by_year(holidays: list[Holiday]) -> dict[int, list[tuple[date, str]]]:
    years = groupby(holidays, key=lambda holiday: holiday.on.year)
    return {year: [(holiday.on, holiday.name) for holiday in days] for year, days in years}


def test_seed_covers_the_years_of_bank_days_once() -> None:
    seed = read_seed()
    assert list(_by_year(seed)) == list(range(2020, 2046))
    assert seed == sorted(seed) and len(seed) == len({holiday.on for holiday in seed})


def test_law_gives_the_years_that_were_announced() -> None:
    """But 2020 and 2021, when the Olympic Games moved three days by a law of their own."""
    announced = _by_year([holiday for holiday in read_seed() if holiday.is_announced])
    years = [year for year in announced if year >= 2022]
    computed = _by_year([holiday for year in years for holiday in legal_holidays(year)])
    assert len(years) >= 6
    assert computed == {year: announced[year] for year in years}


def test_seed_beyond_the_announced_years_is_the_laws() -> None:
    assert read_seed() == extended(read_seed())


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 9, 22), "国民の休日"),  # between 敬老の日 and 秋分の日
        (date(2027, 3, 22), "振替休日"),  # 21 March is a Sunday
        (date(2028, 9, 21), None),  # 敬老の日 is three days before
        (date(2031, 5, 6), "振替休日"),  # 4 May is a Sunday
        (date(2032, 9, 21), "国民の休日"),
        (date(2037, 5, 6), "振替休日"),  # 3 May is a Sunday: past 4 and 5 May
        (date(2028, 3, 20), "春分の日"),
        (date(2044, 9, 22), "秋分の日"),
        (date(2045, 1, 2), "振替休日"),
    ],
)
def test_rules_of_the_law(day: date, name: str | None) -> None:
    assert {holiday.on: holiday.name for holiday in legal_holidays(day.year)}.get(day) == name


def test_announced_days_are_kept_and_the_years_after_them_computed(tmp_path: Path) -> None:
    moved = Holiday(date(2028, 7, 20), "海の日", is_announced=True)
    stale = Holiday(date(2029, 7, 20), "海の日")
    write_seed([moved, stale], tmp_path / "seed.csv")
    found = extended(read_seed(tmp_path / "seed.csv"), last_year=2029)
    assert found == [moved, *legal_holidays(2029)]
