"""Phone numbers, e-mail addresses, postal codes, prefectures, corporate and account numbers.

Input of every function: NFKC text without surrounding spaces, null where empty.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import polars as pl

_DASHES = r"[-‐‑‒–—―−ー]"
# National numbers without the trunk 0: mobile, IP and pager ranges and 0800 have ten digits,
# others nine.
_NATIONAL = r"(?:[5789]0[1-9]\d{7}|800\d{7}|[1-9][1-9]\d{7})"
_DOMESTIC = rf"^0(?P<national>{_NATIONAL})$"
_FROM_ABROAD = rf"^(?:\+|00|010)?81\(?0?\)?(?P<national>{_NATIONAL})$"
_FOREIGN = r"^\+(?:[1-79]|8[02-9])\d{7,13}$"
# A phone number as people write it; numbers padded with zeros, and 01-2026-0001, are none.
_GAP = rf"(?:{_DASHES}|\s|[().])"
_AS_PHONE = (
    rf"^(?:0|\(0|\+81{_GAP}*0?)(?:[1-9]\d{{8,9}}|(?:[346]|[5789]0){_GAP}+\d{{4}}{_GAP}*\d{{4}}"
    rf"|[1-9]\d{_GAP}+\d{{3}}{_GAP}+\d{{4}}|[1-9]\d{{2}}{_GAP}+\d{{2,3}}{_GAP}+\d{{3,4}}"
    rf"|[1-9]\d{{3}}{_GAP}+\d{_GAP}+\d{{4}})$"
)
_EMAIL = (
    r"^[^@\s]+@(?P<domain>[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+)$"
)
# Mail anybody can have: sharing its domain says nothing about two companies.
FREE_MAIL = Path(__file__).with_name("free_mail.csv")
PREFECTURES = Path(__file__).with_name("prefectures.csv")
_CHECK_WEIGHTS = (2, 1) * 6


def read_phone(text: pl.Expr) -> pl.Expr:
    """E.164 of a well-formed number, else the text as written: the row stays, rules judge it."""
    bare = bare_number(text)
    national = pl.coalesce(
        bare.str.extract(_DOMESTIC, 1),
        bare.str.extract(_FROM_ABROAD, 1),
    )
    foreign = pl.when(bare.str.contains(_FOREIGN)).then(bare)
    return pl.coalesce(pl.lit("+81") + national, foreign, text)


def read_email(text: pl.Expr) -> pl.Expr:
    """Lower case, no spaces; kept when impossible, as `read_phone`."""
    return text.str.replace_all(r"\s", "").str.to_lowercase().str.strip_prefix("mailto:")


def match_email(email: pl.Expr) -> pl.Expr:
    """The mailbox behind an address: what follows a plus sign does not change it."""
    return email.str.replace(r"\+[^@]*@", "@")


def read_email_domain(email: pl.Expr) -> pl.Expr:
    """The company's domain of an address: null for free mail and impossible addresses."""
    domain = email.str.extract(_EMAIL, 1)
    return pl.when(domain.is_in(_lines(FREE_MAIL)).not_()).then(domain)


def read_postal_code(text: pl.Expr) -> pl.Expr:
    """`123-4567`, or null."""
    digits = text.str.replace_all(rf"{_DASHES}|[\s〒]", "")
    code = digits.str.slice(0, 3) + "-" + digits.str.slice(3)
    return pl.when(digits.str.contains(r"^\d{7}$")).then(code)


def read_prefecture(text: pl.Expr) -> pl.Expr:
    """The full name with its 都, 道, 府 or 県, or null."""
    bare = text.str.replace_all(r"\s", "")
    names = {name: name for name in prefectures()} | {
        name[:-1]: name for name in prefectures() if name != "北海道"
    }
    return bare.replace_strict(names, default=None, return_dtype=pl.String)


def read_corporate_number(text: pl.Expr) -> pl.Expr:
    """Thirteen digits with the right check digit (法人番号の指定等に関する省令), or null.

    Check digit = 9 − (Σ Pₙ·Qₙ mod 9) over the twelve base digits counted from the right, Q = 1
    for odd n and 2 for even n.
    """
    digits = _thirteen(text)
    total = pl.sum_horizontal(
        digits.str.slice(place, 1).cast(pl.Int64) * weight
        for place, weight in enumerate(_CHECK_WEIGHTS, start=1)
    )
    check = 9 - total % 9
    return pl.when(digits.str.slice(0, 1).cast(pl.Int64) == check).then(digits)


def read_invoice_number(text: pl.Expr) -> pl.Expr:
    """T and thirteen digits, or null; the check digit of individuals is not known to hold."""
    return pl.lit("T") + _thirteen(text)


def bare_number(text: pl.Expr) -> pl.Expr:
    """A phone or account number without the signs that people put between its digits."""
    return text.str.replace_all(rf"{_DASHES}|[\s().・]", "").str.to_lowercase()


def read_id(text: pl.Expr) -> pl.Expr:
    """An identifier: the look-alikes of the hyphen are one character.

    Null for an e-mail address or a phone number: identifiers are shown to everybody.
    """
    personal = text.str.contains("@", literal=True) | text.str.contains(_AS_PHONE)
    return pl.when(personal.not_()).then(text.str.replace_all(r"[‐‑‒–—―−]", "-"))


def read_digest(text: pl.Expr) -> pl.Expr:
    """A hexadecimal digest: letter case and spaces between its digits say nothing."""
    return text.str.replace_all(r"\s", "").str.to_lowercase()


def _thirteen(text: pl.Expr) -> pl.Expr:
    bare = text.str.replace_all(rf"{_DASHES}|\s", "").str.strip_prefix("T").str.strip_prefix("t")
    return pl.when(bare.str.contains(r"^[0-9]{13}$")).then(bare)


@cache
def prefectures() -> tuple[str, ...]:
    """The 47 full names, north to south."""
    return _lines(PREFECTURES)


@cache
def _lines(path: Path) -> tuple[str, ...]:
    return tuple(path.read_text("utf-8").split()[1:])
