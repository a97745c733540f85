"""Dates and times as people in Japan write them → dates, and naive UTC timestamps.

Input of every function: NFKC text without surrounding spaces, null where empty. A date without a
year, with a two-digit year or with anything around it is null: never guessed.
"""

from __future__ import annotations

import polars as pl

from ingestion.lake import TOKYO_OFFSET

_WEEKDAY = r"(?:\([月火水木金土日]\))?"
_TIME = (
    r"(?:(?:[ T]+|日)(?P<hour>\d{1,2})[:時](?P<minute>\d{2})(?:[:分](?:(?P<second>\d{2})秒?"
    r"(?:\.(?P<fraction>\d{1,9}))?)?)?)?\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?$"
)
_MONTH_AND_DAY = r"[-/.年]\s*(?P<month>\d{1,2})[-/.月]\s*(?P<day>\d{1,2})日?"
_WESTERN = rf"^(?P<year>\d{{4}}){_MONTH_AND_DAY}{_WEEKDAY}{_TIME}"
_ERA = (
    r"^(?P<era>明治|大正|昭和|平成|令和|[MTSHRmtshr])(?P<year>元|\d{1,2})"
    rf"{_MONTH_AND_DAY}{_WEEKDAY}{_TIME}"
)
_COMPACT = r"^(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})$"
_SERIAL = r"^(?P<days>\d{5,6})(?:\.(?P<fraction>\d+))?$"
# Era → (year before its first, first day, last day). A date outside its era is a mistake.
_ERAS = {
    "明治": (1867, "1868-10-23", "1912-07-29"),
    "大正": (1911, "1912-07-30", "1926-12-24"),
    "昭和": (1925, "1926-12-25", "1989-01-07"),
    "平成": (1988, "1989-01-08", "2019-04-30"),
    "令和": (2018, "2019-05-01", "9999-12-31"),
}
_LETTERS = dict(zip("MTSHR", _ERAS, strict=True))
# Excel counts days from here (its 1900 is a leap year); 1954 to 2119, so no amount passes as a day.
_SERIAL_EPOCH = pl.lit("1899-12-30").str.to_date()
_SERIAL_FIRST, _SERIAL_LAST = 20_000, 80_400
_LAST_HOUR, _LAST_MINUTE = 23, 59


def read_date(text: pl.Expr, is_workbook: bool) -> pl.Expr:
    """Date of a text; a time beside it is dropped, an offset moves it to Tokyo first."""
    western, era = text.str.extract_groups(_WESTERN), text.str.extract_groups(_ERA)
    zoned = pl.coalesce(western.struct.field("zone"), era.struct.field("zone")).is_not_null()
    in_tokyo = (read_timestamp(text, is_workbook) + TOKYO_OFFSET).dt.date()
    plain = pl.coalesce(_western_day(western), _era_day(era), _compact_day(text))
    days = [pl.when(zoned | _has_time(western) | _has_time(era)).then(in_tokyo).otherwise(plain)]
    if is_workbook:
        days.append(_serial_days(text))
    return pl.coalesce(days)


def read_timestamp(text: pl.Expr, is_workbook: bool) -> pl.Expr:
    """Naive UTC time of a text; without an offset it is Tokyo time, without a time midnight."""
    western, era = text.str.extract_groups(_WESTERN), text.str.extract_groups(_ERA)
    times = [
        _utc(_western_day(western), western),
        _utc(_era_day(era), era),
        _compact_day(text).cast(pl.Datetime("us")) - TOKYO_OFFSET,
    ]
    if is_workbook:
        fraction = text.str.extract(r"^\d+(\.\d+)$").cast(pl.Float64, strict=False).fill_null(0.0)
        seconds = (fraction * 86_400).round().cast(pl.Int64)
        midnight = _serial_days(text).cast(pl.Datetime("us"))
        times.append(midnight + pl.duration(seconds=seconds) - TOKYO_OFFSET)
    return pl.coalesce(times)


def _western_day(groups: pl.Expr) -> pl.Expr:
    return _day(groups.struct.field("year"), groups)


def _era_day(groups: pl.Expr) -> pl.Expr:
    letter = groups.struct.field("era")
    era = letter.str.to_uppercase().replace(_LETTERS)
    number = groups.struct.field("year").replace("元", "1").cast(pl.Int64, strict=False)
    before = era.replace_strict(
        {name: facts[0] for name, facts in _ERAS.items()}, default=None, return_dtype=pl.Int64
    )
    day = _day((before + number).cast(pl.String), groups)
    first = era.replace_strict({name: facts[1] for name, facts in _ERAS.items()}, default=None)
    last = era.replace_strict({name: facts[2] for name, facts in _ERAS.items()}, default=None)
    within = day.is_between(
        first.cast(pl.String).str.to_date(strict=False),
        last.cast(pl.String).str.to_date(strict=False),
    )
    return pl.when(within & (number > 0)).then(day)


def _compact_day(text: pl.Expr) -> pl.Expr:
    groups = text.str.extract_groups(_COMPACT)
    return _day(groups.struct.field("year"), groups)


def _day(year: pl.Expr, groups: pl.Expr) -> pl.Expr:
    """A calendar day or null; the years before 1868 are typing errors."""
    month = groups.struct.field("month").str.zfill(2)
    day = groups.struct.field("day").str.zfill(2)
    found = pl.concat_str(year, month, day, separator="-").str.to_date("%Y-%m-%d", strict=False)
    return pl.when(found.dt.year() >= 1868).then(found)  # noqa: PLR2004


def _serial_days(text: pl.Expr) -> pl.Expr:
    days = text.str.extract(_SERIAL, 1).cast(pl.Int64, strict=False)
    inside = days.is_between(_SERIAL_FIRST, _SERIAL_LAST)
    return pl.when(inside).then(_SERIAL_EPOCH + pl.duration(days=days))


def _has_time(groups: pl.Expr) -> pl.Expr:
    return groups.struct.field("hour").is_not_null()


def _utc(day: pl.Expr, groups: pl.Expr) -> pl.Expr:
    """Day + clock time − offset; null when the clock time does not exist."""
    hour, minute, second = (_number(groups, name) for name in ("hour", "minute", "second"))
    fraction = groups.struct.field("fraction").fill_null("").str.pad_end(6, "0").str.slice(0, 6)
    time = pl.duration(
        hours=hour, minutes=minute, seconds=second, microseconds=fraction.cast(pl.Int64)
    )
    exists = (hour <= _LAST_HOUR) & (minute <= _LAST_MINUTE) & (second <= _LAST_MINUTE)
    return pl.when(exists).then(day.cast(pl.Datetime("us")) + time - _offset(groups))


def _offset(groups: pl.Expr) -> pl.Expr:
    zone = groups.struct.field("zone").replace("Z", "+00:00").fill_null("+09:00")
    minutes = zone.str.slice(1, 2).cast(pl.Int64) * 60 + zone.str.slice(-2).cast(pl.Int64)
    return pl.duration(minutes=pl.when(zone.str.starts_with("-")).then(-minutes).otherwise(minutes))


def _number(groups: pl.Expr, name: str) -> pl.Expr:
    return groups.struct.field(name).cast(pl.Int64, strict=False).fill_null(0)
