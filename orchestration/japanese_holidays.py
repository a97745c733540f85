"""The seed of public holidays (国民の祝日): announced days are kept, later years follow the law.

The Cabinet Office (内閣府) announces a year's holidays in February of the year before. Beyond the
last announced year the seed holds what 国民の祝日に関する法律 gives today, marked as not announced.
`python -m orchestration.japanese_holidays` writes those years anew (docs/operations.md).
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

SEED = Path(__file__).parents[1] / "dbt_project" / "seeds" / "japanese_holidays.csv"
# The last day for which int_bank_days knows business days lies in this year.
LAST_YEAR = 2045
_DAY = timedelta(days=1)
_MONDAY, _SUNDAY = 0, 6
_HEADER = ("holiday_on", "holiday_name", "is_announced")


@dataclass(frozen=True, order=True)
class Holiday:
    """A public holiday; `is_announced` by the Cabinet Office, else computed."""

    on: date
    name: str
    is_announced: bool = False


def legal_holidays(year: int) -> list[Holiday]:
    """Holidays of a year from 2022 to 2099 by today's law, in order; laws for one year only (the
    Olympic Games of 2020 and 2021) are not in it."""
    named = {rule(year): name for name, rule in _RULES.items()}
    between = {
        day + _DAY: "国民の休日"
        for day in named
        if day + 2 * _DAY in named and day + _DAY not in named
    }
    moved = {_substitute(day, named): "振替休日" for day in named if day.weekday() == _SUNDAY}
    return sorted(Holiday(day, name) for day, name in (between | moved | named).items())


def extended(known: list[Holiday], last_year: int = LAST_YEAR) -> list[Holiday]:
    """The announced holidays of `known`, and the computed ones of the years after them."""
    announced = sorted(holiday for holiday in known if holiday.is_announced)
    years = range(announced[-1].on.year + 1, last_year + 1)
    return announced + [holiday for year in years for holiday in legal_holidays(year)]


def read_seed(path: Path = SEED) -> list[Holiday]:
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Holiday(date.fromisoformat(day), name, is_announced == "true")
            for day, name, is_announced in list(csv.reader(file))[1:]
        ]


def write_seed(holidays: list[Holiday], path: Path = SEED) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_HEADER)
        writer.writerows(_cells(holidays))


def _cells(holidays: list[Holiday]) -> Iterator[tuple[str, str, str]]:
    for holiday in holidays:
        yield holiday.on.isoformat(), holiday.name, str(holiday.is_announced).lower()


def _substitute(sunday: date, named: dict[date, str]) -> date:
    """The first day after a holiday on a Sunday that is no holiday itself (第3条第2項)."""
    day = sunday + _DAY
    while day in named:
        day += _DAY
    return day


def _fixed(month: int, day: int) -> Callable[[int], date]:
    return lambda year: date(year, month, day)


def _monday(month: int, place: int) -> Callable[[int], date]:
    """The Monday of a month by its place in it (ハッピーマンデー)."""

    def find(year: int) -> date:
        first = date(year, month, 1)
        return first + timedelta(days=(_MONDAY - first.weekday()) % 7 + 7 * (place - 1))

    return find


def _equinox(month: int, day_of_1980: float) -> Callable[[int], date]:
    """The usual formula for the observatory's equinoxes of 1980 to 2099."""

    def find(year: int) -> date:
        since = year - 1980
        return date(year, month, int(day_of_1980 + 0.242194 * since) - since // 4)

    return find


_RULES: dict[str, Callable[[int], date]] = {
    "元日": _fixed(1, 1),
    "成人の日": _monday(1, 2),
    "建国記念の日": _fixed(2, 11),
    "天皇誕生日": _fixed(2, 23),
    "春分の日": _equinox(3, 20.8431),
    "昭和の日": _fixed(4, 29),
    "憲法記念日": _fixed(5, 3),
    "みどりの日": _fixed(5, 4),
    "こどもの日": _fixed(5, 5),
    "海の日": _monday(7, 3),
    "山の日": _fixed(8, 11),
    "敬老の日": _monday(9, 3),
    "秋分の日": _equinox(9, 23.2488),
    "スポーツの日": _monday(10, 2),
    "文化の日": _fixed(11, 3),
    "勤労感謝の日": _fixed(11, 23),
}


if __name__ == "__main__":
    write_seed(extended(read_seed()))
