"""Corporate numbers (法人番号) and invoice registration numbers (登録番号).

Input of every function: NFKC text without surrounding spaces, null where empty.
"""

from __future__ import annotations

import polars as pl

from ingestion.values.rest import keep_where, read_rest

_SIGNS = r"[-‐‑‒–—―−ー\s\u200b-\u200d\u2060\ufeff]"
_DIGITS = 13
_BASE = 10 ** (_DIGITS - 1)


def read_corporate_numbers(text: pl.Series) -> pl.Series:
    """Thirteen digits with the right check digit, or null; an invoice number's T is dropped."""
    numbers = _read_thirteen(text)
    return keep_where(numbers, _has_check_digit(numbers))


def read_invoice_numbers(text: pl.Series) -> pl.DataFrame:
    """`value`: T and thirteen digits, or null. `has_check_digit`: null where there is no value.

    A company's number is its corporate number, so its check digit must be right; that of an
    individual is not known to be one (消費税法施行令; 国税庁 登録番号の構成).
    """
    numbers = _read_thirteen(text)
    return pl.DataFrame({"value": "T" + numbers, "has_check_digit": _has_check_digit(numbers)})


def _read_thirteen(text: pl.Series) -> pl.Series:
    digits = text
    if text.str.starts_with("T").any():
        digits = text.str.strip_prefix("T")
    # A cast takes a sign too, but then only twelve digits are left.
    usual = keep_where(digits, (digits.str.len_bytes() == _DIGITS) & _is_long(digits))
    return read_rest(usual, text, _read_signed)


def _read_signed(text: pl.Series) -> pl.Series:
    bare = text.str.replace(r"^[Tt]", "").str.replace_all(_SIGNS, "")
    return keep_where(bare, bare.str.contains(r"^[0-9]{13}$"))


def _is_long(text: pl.Series) -> pl.Series:
    number = text.cast(pl.Int64, strict=False)
    return number.is_between(_BASE, 10 * _BASE)


def _has_check_digit(numbers: pl.Series) -> pl.Series:
    """First digit = 9 − (Σ Pₙ·Qₙ mod 9) over the twelve others counted from the right.

    Q is 1 for odd n and 2 for even n (法人番号の指定等に関する省令 2条). The digits of a number
    add up to the number itself modulo 9, so only those counted twice have to be taken apart.
    """
    number = pl.col("number").cast(pl.Int64)
    base = number % _BASE
    twice = pl.sum_horizontal(base // 10**place % 10 for place in range(1, _DIGITS - 1, 2))
    check = 9 - (base % 9 + twice) % 9
    return numbers.to_frame("number").select((number // _BASE) == check).to_series()
