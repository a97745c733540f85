"""Yen, whole numbers and rates in text → exact values; null where the text is not one.

Input of every function: NFKC text without surrounding spaces, null where empty.
"""

from __future__ import annotations

import polars as pl

_DASHES = "-‐‑‒–—−"
_NEGATIVE = rf"[{_DASHES}△▲]"
_DIGITS = r"\d{1,3}(?:,\d{3})+|\d{1,15}"
# Sign, yen sign (also the backslash that CP932 editors show as one), digits, decimals, unit.
_YEN = (
    rf"^(?P<open>\()?(?P<sign>{_NEGATIVE}|\+)?\s*[¥\\]?\s*(?P<inner>{_NEGATIVE})?\s*"
    rf"(?P<whole>{_DIGITS})(?:\.(?P<part>\d{{1,6}})0*)?\s*(?P<unit>千|万|百万|億)?円?(?P<close>\))?$"
)
_UNITS = {"千": 1_000, "万": 10_000, "百万": 1_000_000, "億": 100_000_000}
_INTEGER = rf"^(?P<sign>{_NEGATIVE}|\+)?(?P<whole>{_DIGITS})(?:\.0+)?\s*(?:[ヶかカヵケ]月|日|件)?$"
_RATE = r"^(?P<whole>\d{1,3})?(?:\.(?P<part>\d{1,10})0*)?\s*(?P<percent>%)?$"
_PPM = 1_000_000
_RATE_DIGITS = 10
# The largest amount in yen that is taken: a hundred trillion is a typing error.
_MAX_YEN = 10**14


def read_yen(text: pl.Expr, unit: int) -> pl.Expr:
    """Whole yen. `unit` is the yen per unit of the column, unless the cell names its own."""
    groups = text.str.extract_groups(_YEN)
    own = groups.struct.field("unit").replace_strict(_UNITS, default=None, return_dtype=pl.Int64)
    number = pl.concat_str(
        groups.struct.field("whole").str.replace_all(",", "", literal=True),
        groups.struct.field("part").fill_null("0"),
        separator=".",
    ).cast(pl.Decimal(30, 6), strict=False)
    exact = number * own.fill_null(unit).cast(pl.Decimal(15, 0))
    whole = exact.cast(pl.Int64, strict=False)
    opens, closes = groups.struct.field("open"), groups.struct.field("close")
    signs = _signs(groups)
    sound = (
        (exact == whole.cast(pl.Decimal(30, 6)))
        & (opens.is_null() == closes.is_null())
        & (signs <= 1)
        & (whole <= _MAX_YEN)
    )
    return pl.when(sound).then(pl.when(signs == 1).then(-whole).otherwise(whole))


def read_integer(text: pl.Expr) -> pl.Expr:
    """A whole number; a counter such as ヶ月 may follow it."""
    groups = text.str.extract_groups(_INTEGER)
    whole = groups.struct.field("whole").str.replace_all(",", "", literal=True).cast(pl.Int64)
    negative = groups.struct.field("sign").str.contains(_NEGATIVE).fill_null(False)
    return pl.when(negative).then(-whole).otherwise(whole)


def read_rate(text: pl.Expr) -> pl.Expr:
    """A fraction from 0 to 1 as Decimal(9, 6): 0.1 or 10%. Finer than a millionth is null."""
    groups = text.str.extract_groups(_RATE)
    whole, part = groups.struct.field("whole"), groups.struct.field("part")
    digits = whole.fill_null("0") + part.fill_null("").str.pad_end(_RATE_DIGITS, "0")
    scale = 10**_RATE_DIGITS // _PPM
    is_percent = groups.struct.field("percent").is_not_null()
    divisor = pl.when(is_percent).then(scale * 100).otherwise(scale)
    scaled = digits.cast(pl.Int64)
    ppm = scaled // divisor
    sound = (whole.is_not_null() | part.is_not_null()) & (scaled % divisor == 0) & (ppm <= _PPM)
    exact = pl.concat_str(
        (ppm // _PPM).cast(pl.String), (ppm % _PPM).cast(pl.String).str.zfill(6), separator="."
    )
    return pl.when(sound).then(exact).cast(pl.Decimal(9, 6))


def is_foreign(text: pl.Expr) -> pl.Expr:
    """Whether an amount names another currency than yen."""
    return text.str.contains(r"(?i)[$€£₩]|usd|eur|gbp|cny|krw|ドル|ユーロ|元$|ポンド|ウォン")


def _signs(groups: pl.Expr) -> pl.Expr:
    """How many signs of a negative number there are: two are a mistake."""
    minus = groups.struct.field("sign").str.contains(_NEGATIVE).fill_null(False)
    inner = groups.struct.field("inner").is_not_null()
    bracket = groups.struct.field("open").is_not_null()
    return minus.cast(pl.Int64) + inner.cast(pl.Int64) + bracket.cast(pl.Int64)
