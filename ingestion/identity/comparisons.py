"""How alike two records are, field by field: a level for every pair.

Levels: 0 one side says nothing, ELSE, then PART, NEAR, CLOSE (more alike), and from EXACT on equal
values, by rarity: EXACT + k means that about one record in 2^k has the value.
Likeness is counted in characters (polars-ds); SQL engines count bytes, wrong on Japanese.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import polars_ds as pds

ELSE, PART, NEAR, CLOSE, EXACT, MOST_RARE = 1, 2, 3, 4, 5, 30
# Shorter local parts and numbers (info, 1) say nothing.
_TELLING_LENGTH = 5
# How names are read, where a table says so: names written otherwise may be read alike.
READINGS = ("company_kana", "contact_kana")
Likeness = Callable[[], pl.Expr]


def _sides(name: str) -> tuple[pl.Expr, pl.Expr]:
    return pl.col(name), pl.col(f"{name}_right")


def _equal(name: str) -> pl.Expr:
    left, right = _sides(name)
    return left == right


def _edits(name: str, least: float) -> pl.Expr:
    """1 − edits (a swap of neighbours is one) ÷ the longer text's characters, of so much."""
    left, right = _texts(name)
    alike: pl.Expr = pds.str_osa(left, right, return_sim=True)
    return alike >= least


def _jaro_winkler(name: str, least: float) -> pl.Expr:
    left, right = _texts(name)
    alike: pl.Expr = pds.str_jw(left, right)
    return alike >= least


def _texts(name: str) -> tuple[pl.Expr, pl.Expr]:
    """Without nulls: polars-ds panics on a single one."""
    left, right = _sides(name)
    return left.fill_null(""), right.fill_null("")


def _long(name: str, letters: int) -> pl.Expr:
    """Both have so many letters."""
    return pl.all_horizontal(side.str.len_chars() >= letters for side in _sides(name))


def _begins(name: str, letters: int) -> pl.Expr:
    """One is the other's beginning, of so many letters at least."""
    left, right = _sides(name)
    return _long(name, letters) & (left.str.starts_with(right) | right.str.starts_with(left))


def _ends(name: str, letters: int) -> pl.Expr:
    left, right = _sides(name)
    return _long(name, letters) & (left.str.ends_with(right) | right.str.ends_with(left))


def _same_head(name: str, letters: int) -> pl.Expr:
    left, right = _sides(name)
    return left.str.slice(0, letters) == right.str.slice(0, letters)


def _same_tail(name: str, letters: int) -> pl.Expr:
    left, right = _sides(name)
    return left.str.tail(letters) == right.str.tail(letters)


def _differ(name: str) -> pl.Expr:
    """Both say something, and not the same."""
    left, right = _sides(name)
    return (left != right).fill_null(False)


def _first(*rules: tuple[pl.Expr, int]) -> pl.Expr:
    """The level of the first rule that holds, else ELSE."""
    levels = (
        pl.when(holds.fill_null(False)).then(pl.lit(value, pl.UInt8)) for holds, value in rules
    )
    return pl.coalesce(*levels, pl.lit(ELSE, pl.UInt8))


def _shared_words(name: str, least: float) -> pl.Expr:
    """Such a share of the shorter list's words is in the other, too."""
    left, right = _sides(name)
    both = left.list.set_intersection(right).list.len()
    return both / pl.min_horizontal(left.list.len(), right.list.len()).clip(1) >= least


def _company() -> pl.Expr:
    """A name within the other is near; two that each have words of their own, only partly."""
    ours, theirs = (side.list for side in _sides("company_rarest"))
    both_own = (ours.set_difference(pl.col("company_rarest_right")).list.len() > 0) & (
        theirs.set_difference(pl.col("company_rarest")).list.len() > 0
    )
    typo = (_edits("company", 0.85)) & _long("company", 4) & ~both_own.fill_null(False)
    # letters left out within a name are a slip; other letters, or more of them, another company
    left, right = (side.str.len_chars() for side in _sides("company"))
    slip = _edits("company", 0.8) & (left != right) & _long("company", 5)
    slip &= _same_head("company", 1) & _same_tail("company", 1) & ~both_own.fill_null(False)
    telling = _shared_words("company_telling", 0.01)
    return _first(
        (_equal("company") & ~_differ("company_form") & ~_differ("branch"), EXACT),
        (_equal("company"), CLOSE),
        (_equal("company_kana") & _long("company_kana", 4), NEAR),
        (typo | slip | (_shared_words("company_rarest", 0.99)), NEAR),
        (telling | (_edits("company", 0.8)) | _begins("company", 3), PART),
    )


def _person(name: str) -> pl.Expr:
    return _first(
        (_equal(name), EXACT),
        (_jaro_winkler(name, 0.92) & _long(name, 3), CLOSE),
        (_edits(name, 0.6) & _long(name, 3), NEAR),
        (_begins(name, 1), PART),
    )


def _contact() -> pl.Expr:
    """Two names of one reading (斉藤, サイトウ) are as near as two spellings."""
    read_alike = _equal("contact_kana") & _long("contact_kana", 4)
    level = _person("contact")
    return pl.when(read_alike.fill_null(False)).then(level.clip(NEAR)).otherwise(level)


def _email() -> pl.Expr:
    """What is no address (no @, or masked by ***) may speak for a pair, but not against it."""
    digits = _long("email_digits", _TELLING_LENGTH) & _ends("email_digits", _TELLING_LENGTH)
    whole = _sides("email_is_whole")
    same_local = _equal("email_local") & _long("email_local", _TELLING_LENGTH)
    return _first(
        (_equal("email"), EXACT),
        (same_local | _edits("email", 0.9), CLOSE),
        (digits, NEAR),
        (~(whole[0] & whole[1]) & _begins("email_head", 2), NEAR),
        (~(whole[0] & whole[1]), 0),
        (_equal("email_domain"), PART),
    )


def _phone() -> pl.Expr:
    return _first(
        (_equal("phone"), EXACT),
        (_ends("phone", 7) | _begins("phone", 9), CLOSE),
        (_edits("phone", 0.85), NEAR),
        (_same_head("phone", 6), PART),
    )


def _address() -> pl.Expr:
    street = (_edits("street", 0.75)) | _begins("street", 3)
    return _first(
        (_equal("address"), EXACT),
        (_equal("house") & street, CLOSE),
        (street & (~_differ("house") | _begins("house", 1) | _ends("house", 1)), NEAR),
        (street, PART),
    )


def _place(name: str) -> pl.Expr:
    return _first((_equal(name), EXACT), (_edits(name, 0.7), NEAR))


# Field → its level where both sides say something.
FIELDS: dict[str, Likeness] = {
    "company": _company,
    "family_name": lambda: _person("family_name"),
    "given_name": lambda: _person("given_name"),
    "contact": _contact,
    "email": _email,
    "phone": _phone,
    "address": _address,
    "postal_code": lambda: _place("postal_code"),
    "city": lambda: _place("city"),
    "prefecture": lambda: _first((_equal("prefecture"), EXACT)),
    "birth_date": lambda: _place("birth_date"),
}
