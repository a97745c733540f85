"""The grammar of written dates: 和暦, weekdays, 午前 and 午後, offsets → naive UTC timestamps.

Slow and complete, for the cells that no plain form fits. A cell that contradicts itself (a
weekday of another day, a day outside its era, a month 13) is null.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from ingestion.lake import TOKYO_OFFSET

_DASH = "-‐‑‒–—―−ー"
_DAY = (
    r"^(?:西暦\s*)?(?P<era>明治|大正|昭和|平成|令和|[明大昭平令MTSHRmtshr])?\s*"
    rf"(?P<year>元|[0-9]{{1,4}})\s*(?P<after_year>[{_DASH}/.年])\s*"
    rf"(?P<month>[0-9]{{1,2}})\s*(?P<after_month>[{_DASH}/.月])\s*(?P<day>[0-9]{{1,2}})"
    r"(?P<after_day>\s*日)?"
)
_WEEKDAY = (
    r"(?:\s*\((?P<weekday>[月火水木金土日])(?:曜日?)?(?:[・,/]?祝日?)?\)"
    r"|\s*(?P<long_weekday>[月火水木金土日])曜日?)?"
)
_TIME = (
    r"(?:(?P<gap>T|\s+)?(?P<half>午前|午後|[AP]M|[ap]m)?\s*(?P<hour>[0-9]{1,2})"
    r"(?::(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]{1,9}))?)?"
    r"|時(?:(?P<long_minute>[0-9]{1,2})分(?:(?P<long_second>[0-9]{1,2})秒)?)?)"
    r"(?:\s*(?P<late_half>[AP]M|[ap]m))?"
    r"(?:\s*(?P<zone>Z|UTC|GMT|JST|[+-][0-9]{2}:?[0-9]{2}))?)?$"
)
_WRITTEN = _DAY + _WEEKDAY + _TIME
_COMPACT = r"^(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})$"
# Era → (year before its first, first day, last day). A date outside its era is a mistake. Eras
# before 昭和 share the day of their change. Until 1872 the calendar was another one.
_ERAS = {
    "明": (1867, date(1873, 1, 1), date(1912, 7, 30)),
    "大": (1911, date(1912, 7, 30), date(1926, 12, 25)),
    "昭": (1925, date(1926, 12, 25), date(1989, 1, 7)),
    "平": (1988, date(1989, 1, 8), date(2019, 4, 30)),
    "令": (2018, date(2019, 5, 1), date(9999, 12, 31)),
}
_ERA_LETTERS = dict(zip("MTSHR", _ERAS, strict=True))
_WEEKDAYS = {name: number for number, name in enumerate("月火水木金土日", start=1)}
_FIRST_YEAR, _YEAR_DIGITS, _ERA_DIGITS = 1868, 4, 2
_LAST_HOUR, _LAST_MINUTE, _NOON = 23, 59, 12
_LAST_OFFSET = 14 * 60
_ZONES = {"Z": "+00:00", "UTC": "+00:00", "GMT": "+00:00", "JST": "+09:00"}


def read_written(text: pl.Series) -> pl.Series:
    """Naive UTC times; without an offset it is Tokyo time, without a time midnight.

    24:00 is null: it is the end of one day and the beginning of another. 午前12時 and 午後12時
    are null: half of their readers mean noon.
    """
    compact = text.str.extract_groups(_COMPACT).struct.unnest()
    plain = compact.select(_calendar_day(pl.col("year")).cast(pl.Datetime("us")) - TOKYO_OFFSET)
    parts = text.str.extract_groups(_WRITTEN).struct.unnest()
    era = pl.col("era").str.slice(0, 1).str.to_uppercase().replace(_ERA_LETTERS)
    parts = parts.with_columns(
        era=era,
        minute=pl.coalesce("minute", "long_minute"),
        second=pl.coalesce("second", "long_second"),
        weekday=pl.coalesce("weekday", "long_weekday"),
        offset=_offset(),
    )
    parts = parts.with_columns(moment=_day(), clock=_clock())
    sound = _is_consistent() & (
        pl.col("hour").is_null() | (pl.col("clock").is_not_null() & pl.col("offset").is_not_null())
    )
    moment = pl.col("moment").cast(pl.Datetime("us")) + pl.col("clock").fill_null(pl.duration())
    utc = moment - pl.duration(minutes=pl.col("offset").fill_null(9 * 60))
    return pl.select(
        pl.coalesce(plain.to_series(), parts.select(pl.when(sound).then(utc)).to_series())
    ).to_series()


def _day() -> pl.Expr:
    """The calendar day of era, year, month and day."""
    number = pl.col("year").replace("元", "1").cast(pl.Int64, strict=False)
    digits = pl.col("year").str.len_bytes()
    before, first, last = (
        pl.col("era").replace_strict(
            {name: facts[place] for name, facts in _ERAS.items()}, default=None, return_dtype=dtype
        )
        for place, dtype in enumerate((pl.Int64(), pl.Date(), pl.Date()))
    )
    western = _calendar_day(pl.when(digits == _YEAR_DIGITS).then(pl.col("year")))
    in_era = (pl.col("year") == "元") | ((digits <= _ERA_DIGITS) & (number > 0))
    named = _calendar_day(pl.when(in_era).then((before + number).cast(pl.String)))
    return (
        pl.when(pl.col("era").is_null())
        .then(western)
        .when(named.is_between(first, last))
        .then(named)
    )


def _calendar_day(year: pl.Expr) -> pl.Expr:
    """A day that exists, or null; the years before 1868 are typing errors."""
    month, day = (pl.col(name).str.zfill(2) for name in ("month", "day"))
    found = pl.concat_str(year, month, day, separator="-").str.to_date("%Y-%m-%d", strict=False)
    return pl.when(found.dt.year() >= _FIRST_YEAR).then(found)


def _is_consistent() -> pl.Expr:
    """One separator throughout, the weekday of that day, and something before the time."""
    first, second = (
        pl.col(name).str.replace(f"[{_DASH}]", "-") for name in ("after_year", "after_month")
    )
    has_day_word = pl.col("after_day").is_not_null()
    worded = (first == "年") & (second == "月") & has_day_word
    signed = (first == second) & has_day_word.not_()
    weekday = pl.col("weekday").replace_strict(_WEEKDAYS, default=None, return_dtype=pl.Int8)
    apart = pl.any_horizontal(
        pl.col(name).is_not_null() for name in ("gap", "half", "after_day", "weekday")
    )
    return (
        (worded | signed)
        & (weekday.is_null() | (weekday == pl.col("moment").dt.weekday()))
        & (pl.col("hour").is_null() | apart)
    )


def _clock() -> pl.Expr:
    """Time of day as a duration; null where it does not exist."""
    hour, minute, second = (
        pl.col(name).cast(pl.Int64).fill_null(0) for name in ("hour", "minute", "second")
    )
    half = pl.coalesce("half", "late_half").str.to_uppercase()
    is_english = half.is_in(["AM", "PM"])
    is_late = half.is_in(["PM", "午後"])
    once = pl.col("half").is_null() | pl.col("late_half").is_null()
    in_half = once & ((hour < _NOON) | (is_english & (hour == _NOON)))
    of_half = hour % _NOON + pl.when(is_late).then(_NOON).otherwise(0)
    fraction = pl.col("fraction").fill_null("").str.pad_end(6, "0").str.slice(0, 6)
    time = pl.duration(
        hours=pl.when(half.is_null()).then(hour).otherwise(of_half),
        minutes=minute,
        seconds=second,
        microseconds=fraction.cast(pl.Int64),
    )
    exists = (hour <= _LAST_HOUR) & (minute <= _LAST_MINUTE) & (second <= _LAST_MINUTE)
    return pl.when(exists & (half.is_null() | in_half)).then(time)


def _offset() -> pl.Expr:
    """Minutes east of UTC, Tokyo's where none is written; null where no place has it."""
    zone = pl.col("zone").replace(_ZONES).fill_null("+09:00")
    hours, minutes = (zone.str.slice(place, 2).cast(pl.Int64) for place in (1, -2))
    total = hours * 60 + minutes
    signed = pl.when(zone.str.starts_with("-")).then(-total).otherwise(total)
    return pl.when((total <= _LAST_OFFSET) & (minutes <= _LAST_MINUTE)).then(signed)
