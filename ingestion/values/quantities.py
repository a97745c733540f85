"""Whole numbers and rates in text → exact values; null where the text is not one.

Input of every function: NFKC text without surrounding spaces, null where empty.
"""

from __future__ import annotations

from functools import partial

import polars as pl

from ingestion.values.rest import keep_where, read_rest

_NEGATIVE = "[-‐‑‒–—−△▲]"
_WHOLE = r"[0-9]{1,3}(?:,[0-9]{3}){1,4}|[0-9]{1,15}"
# 1.000, 12.500 and 1,000.000: a thousand to some, one to others.
_EITHER = r"[1-9][0-9]{0,2}(?:,[0-9]{3})*\.[0-9]{3}"
EITHER_POINT = rf"^{_EITHER}$"
_AMBIGUOUS = rf"^[^0-9.,]*{_EITHER}[^0-9.,%]*$"
# In a column of percentages: 0.1 may be a tenth of one, and a tenth of all that is; 1 is no better.
SHARE = r"^\+?(?:0?\.[0-9]*[1-9][0-9]*|1(?:\.0*)?)$"
# Of a discount 1 is 1 % to some and all of the price to others.
EITHER_SHARE, ONE = frozenset({"discount_rate"}), r"^\+?1(?:\.0*)?$"
_MAX_INTEGER = 10**15 - 1
_MONTHS = "[ヶかカヵケ個箇]月間?"
# 2年 and 1年6ヶ月 in a column of months.
_YEARS = (
    rf"^(?P<years>[0-9]{{1,2}})[ヶかカヵケ個箇]?年間?(?:(?P<months>[0-9]{{1,2}})\s*{_MONTHS})?$"
)
# Ending of a column's name → the counters that may follow its numbers: 30日 is no 30 months.
_COUNTERS = {
    "_months": _MONTHS,
    "_days": "日間?",
    "_day": "日",
    "": "[件人名社回点個本台]",
}
_RATE = r"^(?P<whole>[0-9]{1,3})?(?:\.(?P<part>[0-9]{1,10})0*)?\s*(?P<percent>%|パーセント)?$"
_PLAIN_RATE = r"^(?:[01]|[01]?\.[0-9]{1,6})$"
_PPM = 1_000_000
_RATE_DIGITS = 10
_RATE_TYPE = pl.Decimal(9, 6)


def read_integers(text: pl.Series, column: str = "") -> pl.Series:
    """Whole numbers. A counter may follow, the one that the column's name calls for."""
    plain = text.cast(pl.Int64, strict=False)
    values = keep_where(plain, plain.is_between(-_MAX_INTEGER, _MAX_INTEGER))
    counter = next(words for ending, words in _COUNTERS.items() if column.endswith(ending))
    values = read_rest(values, text, partial(_read_counted, counter=counter))
    return read_rest(values, text, _read_years) if counter == _MONTHS else values


def is_ambiguous(text: pl.Expr) -> pl.Expr:
    """Whether the point of a number may as well group its thousands."""
    return text.str.contains(_AMBIGUOUS)


def read_rates(text: pl.Series, unit: int = 1) -> pl.Series:
    """Fractions from 0 to 1 as Decimal(9, 6): 0.1 or 10%. Finer than a millionth is null.

    `unit`: parts of one that a bare number counts: in a column of percentages 10 is 0.1, and what
    may be either (`SHARE`) is null.
    """
    if unit != 1:
        return _read_percentages(text)
    plain = keep_where(text, text.str.contains(_PLAIN_RATE)).cast(_RATE_TYPE)
    return read_rest(keep_where(plain, plain <= 1), text, _read_fractions)


def _read_percentages(text: pl.Series) -> pl.Series:
    sure = keep_where(text, ~text.str.contains(SHARE))
    is_bare = sure.str.contains(r"^[0-9.]+$")
    written = (sure + "%").zip_with(is_bare.fill_null(False), sure)
    return _read_fractions(written)


def _read_counted(text: pl.Series, counter: str) -> pl.Series:
    form = rf"^(?P<sign>{_NEGATIVE}|\+)?(?P<whole>{_WHOLE})(?:\.0+)?\s*(?:{counter})?$"
    parts = text.str.extract_groups(form).struct.unnest()
    whole = pl.col("whole").str.replace_all(",", "", literal=True).cast(pl.Int64, strict=False)
    negative = pl.col("sign").str.contains(_NEGATIVE).fill_null(False)
    found = parts.select(pl.when(negative).then(-whole).otherwise(whole)).to_series()
    sound = (found.abs() <= _MAX_INTEGER) & ~text.str.contains(_AMBIGUOUS)
    return keep_where(found, sound)


def _read_years(text: pl.Series) -> pl.Series:
    parts = text.str.extract_groups(_YEARS).struct.unnest()
    months = pl.col("months").fill_null("0").cast(pl.Int64)
    return parts.select(pl.col("years").cast(pl.Int64) * 12 + months).to_series()


def _read_fractions(text: pl.Series) -> pl.Series:
    parts = text.str.extract_groups(_RATE).struct.unnest()
    whole, part = pl.col("whole"), pl.col("part")
    digits = whole.fill_null("0") + part.fill_null("").str.pad_end(_RATE_DIGITS, "0")
    scale = 10**_RATE_DIGITS // _PPM
    in_percent = pl.col("percent").is_not_null()
    divisor = pl.when(in_percent).then(scale * 100).otherwise(scale)
    scaled = digits.cast(pl.Int64)
    ppm = scaled // divisor
    sound = (whole.is_not_null() | part.is_not_null()) & (scaled % divisor == 0) & (ppm <= _PPM)
    exact = pl.concat_str(
        (ppm // _PPM).cast(pl.String), (ppm % _PPM).cast(pl.String).str.zfill(6), separator="."
    )
    return parts.select(pl.when(sound).then(exact).cast(_RATE_TYPE)).to_series()
