"""Dates and times as people in Japan write them → dates, and naive UTC timestamps.

Input of every function: NFKC text without surrounding spaces, null where empty. A date without a
year, with a two-digit year, in another order than year-month-day or with anything around it is
null: never guessed.
"""

from __future__ import annotations

import re
from functools import partial

import polars as pl

from ingestion.lake import TOKYO_OFFSET
from ingestion.values.rest import keep_where, nulls, read_rest
from ingestion.values.written_dates import read_written

# Forms that fill whole columns: what a cell looks like, and how it is parsed at full speed.
# Everything else is read by `written_dates`, with the same results.
_DAY_FORMS = (
    (r"\d{4}-\d{1,2}-\d{1,2}", "%Y-%m-%d"),
    (r"\d{4}/\d{1,2}/\d{1,2}", "%Y/%m/%d"),
    (r"\d{4}\.\d{1,2}\.\d{1,2}", "%Y.%m.%d"),
    (r"\d{4}年\d{1,2}月\d{1,2}日", "%Y年%m月%d日"),
    (r"\d{8}", "%Y%m%d"),
)
_CLOCK = r"\d{1,2}:\d{2}:\d{2}"
_TOKYO_FORMS = (
    (rf"\d{{4}}-\d{{1,2}}-\d{{1,2}} {_CLOCK}", "%Y-%m-%d %H:%M:%S"),
    (rf"\d{{4}}/\d{{1,2}}/\d{{1,2}} {_CLOCK}", "%Y/%m/%d %H:%M:%S"),
    (rf"\d{{4}}-\d{{1,2}}-\d{{1,2}}T{_CLOCK}", "%Y-%m-%dT%H:%M:%S"),
    (r"\d{4}-\d{1,2}-\d{1,2} \d{1,2}:\d{2}", "%Y-%m-%d %H:%M"),
    (r"\d{4}/\d{1,2}/\d{1,2} \d{1,2}:\d{2}", "%Y/%m/%d %H:%M"),
    (rf"\d{{4}}-\d{{1,2}}-\d{{1,2}}T{_CLOCK}\+09:00", "%Y-%m-%dT%H:%M:%S+09:00"),
)
_UTC_FORMS = (
    (rf"\d{{4}}-\d{{1,2}}-\d{{1,2}}T{_CLOCK}Z", "%Y-%m-%dT%H:%M:%SZ"),
    (rf"\d{{4}}-\d{{1,2}}-\d{{1,2}}T{_CLOCK}\.\d{{1,6}}Z", "%Y-%m-%dT%H:%M:%S%.fZ"),
    (rf"\d{{4}}-\d{{1,2}}-\d{{1,2}}T{_CLOCK}\.\d{{1,6}}\+0000", "%Y-%m-%dT%H:%M:%S%.f+0000"),
)
_PLAIN = (
    "^(?:" + "|".join(shape for shape, _ in _TOKYO_FORMS + _UTC_FORMS + _DAY_FORMS) + ")$"
).replace(r"\d", "[0-9]")
# So many unread cells are looked at for the form to try first.
_SAMPLE = 12
_FEW = 100
# The years before are typing errors.
_FIRST_YEAR = 1868
# Excel counts days from here (its 1900 is a leap year); 1954 to 2119, so no amount passes as a day.
_SERIAL = r"^[0-9]{5}(?:\.[0-9]{1,12})?$"
_SERIAL_EPOCH = pl.lit("1899-12-30").str.to_datetime("%Y-%m-%d", time_unit="us")
_SERIAL_FIRST, _SERIAL_LAST = 20_000, 80_400
_DAY_SECONDS = 86_400


def read_dates(text: pl.Series, is_workbook: bool) -> pl.Series:
    """Dates of texts; a time beside one is dropped, an offset moves it to Tokyo first."""
    days = nulls(text.name, pl.Date(), len(text))
    days = _read_forms(days, text, _DAY_FORMS)

    def in_tokyo(rest: pl.Series) -> pl.Series:
        return (read_timestamps(rest, is_workbook) + TOKYO_OFFSET).dt.date()

    return read_rest(days, text, in_tokyo)


def read_timestamps(text: pl.Series, is_workbook: bool) -> pl.Series:
    """Naive UTC times of texts; without an offset it is Tokyo time, without a time midnight."""
    times = nulls(text.name, pl.Datetime("us"), len(text))
    times = _read_forms(times, text, _TOKYO_FORMS + _DAY_FORMS) - TOKYO_OFFSET
    times = _read_forms(times, text, _UTC_FORMS)
    if is_workbook:
        times = read_rest(times, text, _read_serials)
    return read_rest(times, text, _read_odd)


def _read_odd(text: pl.Series) -> pl.Series:
    """Cells that no parser took: those of a plain form name no time, the others may."""
    nothing = nulls(text.name, pl.Datetime("us"), len(text))
    odd = (~text.str.contains(_PLAIN)).arg_true()
    return nothing.scatter(odd, read_written(text.gather(odd))) if len(odd) else nothing


def read_months(text: pl.Series, is_workbook: bool) -> pl.Series:
    """`YYYY-MM` of a month, or of a date that is its first day; another day names no month.

    A month is read as its first day, so it may be written in every form that a date may have.
    """
    days = text.str.replace(r"^([0-9]{4})([0-9]{2})$", "${1}${2}01")
    days = days.str.replace(r"^(.*[0-9]\s*月)[度分]?$", "${1}1日")
    days = days.str.replace(r"^(\D*[0-9]{1,4})([-/.])([0-9]{1,2})$", "${1}${2}${3}${2}1")
    first = read_dates(days, is_workbook)
    return keep_where(first.dt.to_string("%Y-%m"), first.dt.day() == 1)


def _read_forms(
    values: pl.Series, text: pl.Series, forms: tuple[tuple[str, str], ...]
) -> pl.Series:
    """`values`, filled from the cells that have one of the forms, the most frequent one first.

    Every form is tried on what is left: what a cell means never hangs on its neighbours.
    """
    first, *others = _by_frequency(values, text, forms)

    def in_other_forms(rest: pl.Series) -> pl.Series:
        found = nulls(rest.name, values.dtype, len(rest))
        for shape, form in others:
            if not _occurs(shape, rest):
                continue
            found = read_rest(found, rest, partial(_parse, shape=shape, form=form, like=found))
        return found

    shape, form = first
    values = read_rest(values, text, partial(_parse, shape=shape, form=form, like=values))
    return read_rest(values, text, in_other_forms)


def _occurs(shape: str, text: pl.Series) -> bool:
    """Whether a cell has this shape; among few, that costs less without the frame's engine."""
    if len(text) > _FEW:
        return bool(text.str.contains(_whole(shape)).any())
    return any(cell and re.fullmatch(shape, cell, re.ASCII) for cell in text)


def _whole(shape: str) -> str:
    return f"^(?:{shape})$".replace(r"\d", "[0-9]")


def _by_frequency(
    values: pl.Series, text: pl.Series, forms: tuple[tuple[str, str], ...]
) -> list[tuple[str, str]]:
    """The forms, those first that some of the unread cells have most often."""
    unread = text.filter(values.is_null() & text.is_not_null()).head(_SAMPLE)
    hits = {
        form: sum(re.fullmatch(shape, cell, re.ASCII) is not None for cell in unread)
        for shape, form in forms
    }
    return sorted(forms, key=lambda each: -hits[each[1]])


def _parse(text: pl.Series, shape: str, form: str, like: pl.Series) -> pl.Series:
    """Null where the cell has not exactly this shape: the parser is lenient with digits and signs.

    Null also for second 60, which it takes for the next minute.
    """
    fits = text.str.contains(_whole(shape))
    places = fits.arg_true()
    nothing = nulls(text.name, like.dtype, len(text))
    if places.is_empty():
        return nothing
    cells = text if len(places) == len(text) else text.gather(places)
    if "%H" in form:
        found = cells.str.to_datetime(form, time_unit="us", strict=False, cache=False)
    else:
        found = cells.str.to_date(form, strict=False).cast(like.dtype)
    sound = found.dt.year() >= _FIRST_YEAR
    if "%S" in form:
        sound &= ~cells.str.contains(":60", literal=True)
    found = keep_where(found, sound)
    return found if len(places) == len(text) else nothing.scatter(places, found)


def _read_serials(text: pl.Series) -> pl.Series:
    """Days since Excel's epoch, as spreadsheets keep dates, in Tokyo time, to the second."""
    number = pl.col("text").cast(pl.Float64, strict=False)
    sound = pl.col("text").str.contains(_SERIAL) & number.is_between(
        _SERIAL_FIRST, _SERIAL_LAST, closed="left"
    )
    seconds = (pl.when(sound).then(number) * _DAY_SECONDS).round().cast(pl.Int64)
    time = _SERIAL_EPOCH + pl.duration(seconds=seconds) - TOKYO_OFFSET
    return text.to_frame("text").select(time).to_series()
