"""Yen in text → exact whole yen; null where the text is not an amount.

Input of every function: NFKC text without surrounding spaces, null where empty.
"""

from __future__ import annotations

from functools import partial

import polars as pl

from ingestion.values.quantities import EITHER_POINT
from ingestion.values.rest import keep_where, read_rest

_NEGATIVE = "[-‐‑‒–—−△▲]"
_WHOLE = r"[0-9]{1,3}(?:,[0-9]{3}){1,4}|[0-9]{1,15}"
_PART = r"(?:\.[0-9]{1,6}0*)?"
_NUMBER = rf"(?:{_WHOLE}){_PART}"
# Amounts that fill whole columns: grouped digits, zero decimals, the yen sign or word.
_USUAL = rf"^-?[¥\\]?(?:{_WHOLE})(?:\.00?)?円?$"
_BEFORE_TAX = r"\s*\(?税(?:抜き?|別)\)?\s*"
# Sign, yen sign (also the backslash that CP932 editors show as one), then a number of each unit.
_YEN = (
    rf"^(?:{_BEFORE_TAX})?(?P<open>\()?\s*(?P<sign>{_NEGATIVE}|\+)?\s*(?P<mark>[¥\\]|(?i:jpy|yen))?\s*"
    rf"(?P<inner>{_NEGATIVE})?\s*(?:(?P<oku>{_NUMBER})\s*億)?\s*"
    rf"(?:(?P<man>{_NUMBER})\s*(?P<man_unit>千万|百万|万))?\s*(?:(?P<sen>{_NUMBER})\s*千)?\s*"
    rf"(?P<ones>{_NUMBER})?\s*(?P<yen>円|(?i:jpy|yen))?\s*(?P<close>\))?(?:{_BEFORE_TAX})?$"
)
_PARTS = ("oku", "man", "sen", "ones")
_MAN_UNITS = {"千万": 10_000_000, "百万": 1_000_000, "万": 10_000}
_OKU, _SEN = 100_000_000, 1_000
# Amounts are reckoned in millionths of a yen, exactly.
_MILLION, _DECIMALS = 10**6, 6
# The largest amount in yen that is taken: a hundred trillion is a typing error.
_MAX_YEN = 10**14
_TAXED = r"税込|込み|内税"
_TAX_NOTE = r"\s*\(?(?:税込み?|内税)\)?\s*"
_FOREIGN = (
    r"(?i)[$€£₩]|usd|eur|gbp|cny|rmb|krw|twd|hkd|sgd|aud|cad|chf|thb|vnd|inr|btc"
    r"|ドル|ユーロ|元$|ポンド|ウォン|バーツ|ドン$|ルピー"
)


def read_yens(text: pl.Series, unit: int) -> pl.Series:
    """Whole yen. `unit` is the yen per unit of the column, unless the cell names its own.

    Null too: 1.2E+6 (Excel rounds before it writes so), 12,34, 1.000 (a point that may group),
    and 5円 or ¥5 in a column of thousands, which contradict each other.
    """
    limit = _MAX_YEN // unit
    plain = text.cast(pl.Int64, strict=False)
    values = keep_where(plain, plain.is_between(-limit, limit)) * unit
    if unit == 1:
        values = read_rest(values, text, _read_usual)
    return read_rest(values, text, partial(_read_written, unit=unit))


def is_foreign(text: pl.Expr) -> pl.Expr:
    """Whether an amount names another currency than yen."""
    return text.str.contains(_FOREIGN)


def is_taxed(text: pl.Expr) -> pl.Expr:
    """Whether an amount says that it includes tax: all amounts here are before tax."""
    return text.str.contains(_TAXED)


def without_tax_notes(text: pl.Series) -> pl.Series:
    """Amounts without the words that they include tax, for what was paid."""
    noted = text.str.contains(_TAXED).arg_true()
    if noted.is_empty():
        return text
    return text.clone().scatter(noted, text.gather(noted).str.replace_all(_TAX_NOTE, ""))


def _read_usual(text: pl.Series) -> pl.Series:
    digits = text.str.replace_many([",", "¥", "\\", "円"], [""] * 4)
    digits = digits.str.replace(r"\.00?$", "").cast(pl.Int64, strict=False)
    return keep_where(digits, text.str.contains(_USUAL) & (digits.abs() <= _MAX_YEN))


def _read_written(text: pl.Series, unit: int) -> pl.Series:
    """The whole grammar: 1億2,000万円, 1万5千円, △1,000, (1,000), 1.5 in a column of 千円."""
    man_unit = pl.col("man_unit").replace_strict(_MAN_UNITS, default=1, return_dtype=pl.Int64)
    parts = (
        text.str.extract_groups(_YEN)
        .struct.unnest()
        .with_columns(
            text.alias("text"),
            *(_millionths(part).alias(f"{part}_value") for part in _PARTS),
            man_unit=man_unit,
            count=pl.sum_horizontal(pl.col(part).is_not_null() for part in _PARTS),
        )
    )
    ones_unit = 1 if unit == 1 else pl.when(_has_own_unit()).then(1).otherwise(unit)
    millionths = (
        pl.col("oku_value") * _OKU
        + pl.col("man_value") * pl.col("man_unit")
        + pl.col("sen_value") * _SEN
        + pl.col("ones_value") * ones_unit
    )
    whole = (millionths // _MILLION).cast(pl.Int64, strict=False)
    signs = _signs()
    sound = (
        (millionths % _MILLION == 0)
        & (whole <= _MAX_YEN)
        & (pl.col("open").is_null() == pl.col("close").is_null())
        & (signs <= 1)
        & _is_spoken()
        & _is_clear(unit)
    )
    return parts.select(
        pl.when(sound).then(pl.when(signs == 1).then(-whole).otherwise(whole))
    ).to_series()


def _millionths(part: str) -> pl.Expr:
    """The number of a part in millionths, 0 where there is none."""
    pieces = pl.col(part).str.replace_all(",", "", literal=True).str.splitn(".", 2)
    after = pieces.struct.field("field_1").fill_null("").str.pad_end(_DECIMALS, "0")
    digits = pieces.struct.field("field_0") + after.str.slice(0, _DECIMALS)
    return digits.cast(pl.Int128).fill_null(0)


def _is_spoken() -> pl.Expr:
    """One part, or whole parts each smaller than the unit before it, as in speech.

    1億2,000 without 円 may mean 2,000万, so several parts that end in ones need it.
    """
    has = {part: pl.col(part).is_not_null() for part in _PARTS}
    above_ones = pl.when(has["sen"]).then(_SEN).when(has["man"]).then("man_unit").otherwise(_OKU)
    below_man = pl.col("sen_value") * _SEN
    below_oku = pl.col("man_value") * pl.col("man_unit") + below_man
    descending = (
        (has["oku"].not_() | (below_oku < _OKU * _MILLION))
        & (has["man"].not_() | (below_man < pl.col("man_unit") * _MILLION))
        & (pl.col("ones_value") < above_ones.cast(pl.Int64) * _MILLION)
    )
    ends = has["ones"].not_() | pl.col("yen").is_not_null()
    has_point = pl.col("text").str.contains(".", literal=True)
    return (pl.col("count") == 1) | ((pl.col("count") > 1) & descending & ends & has_point.not_())


def _is_clear(unit: int) -> pl.Expr:
    """Neither a point that may group digits, nor yen in a column of another unit."""
    bare = pl.col("ones").is_not_null() & (pl.col("count") == 1)
    contradicts = (pl.col("yen").is_not_null() | pl.col("mark").is_not_null()) & pl.lit(unit != 1)
    grouped = pl.any_horizontal(
        pl.col(part).str.contains(EITHER_POINT).fill_null(False) for part in _PARTS
    )
    return ((bare & contradicts) | grouped).not_()


def _has_own_unit() -> pl.Expr:
    return pl.any_horizontal(pl.col(part).is_not_null() for part in _PARTS[:-1])


def _signs() -> pl.Expr:
    """How many signs of a negative number there are: two are a mistake."""
    minus = pl.col("sign").str.contains(_NEGATIVE).fill_null(False)
    return pl.sum_horizontal(minus, pl.col("inner").is_not_null(), pl.col("open").is_not_null())
