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
# What must hold, the cheapest condition first, and the level of pairs of which all hold.
Rule = tuple[tuple[pl.Expr, ...], int]


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


def _as_long(name: str, least: float) -> pl.Expr:
    """Lengths that so few edits can make up for."""
    left, right = (side.str.len_chars() for side in _sides(name))
    return pl.min_horizontal(left, right) >= least * pl.max_horizontal(left, right) - 1e-9


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


def _both(name: str) -> pl.Expr:
    left, right = _sides(name)
    return left.is_not_null() & right.is_not_null()


def _shared_words(name: str, least: float) -> pl.Expr:
    """Such a share of the shorter list's words is in the other, too."""
    left, right = _sides(name)
    both = left.list.set_intersection(right).list.len()
    return both / pl.min_horizontal(left.list.len(), right.list.len()).clip(1) >= least


def _company() -> list[Rule]:
    """A name within the other is near; two that each have words of their own, only partly."""
    ours, theirs = _sides("company_rarest")
    both_own = (ours.list.set_difference(theirs).list.len() > 0) & (
        theirs.list.set_difference(ours).list.len() > 0
    )
    one_within = ~both_own.fill_null(False)
    # letters left out within a name are a slip; other letters, or more of them, another company
    left, right = (side.str.len_chars() for side in _sides("company"))
    slip = (left != right) & _long("company", 5) & _same_head("company", 1)
    alike, near = _as_long("company", 0.85), _as_long("company", 0.8)
    return [
        (((_equal("company") & ~_differ("company_form") & ~_differ("branch")),), EXACT),
        ((_equal("company"),), CLOSE),
        ((_equal("company_kana") & _long("company_kana", 4),), NEAR),
        ((_long("company", 4) & alike, _edits("company", 0.85), one_within), NEAR),
        ((slip & _same_tail("company", 1), near, _edits("company", 0.8), one_within), NEAR),
        ((_both("company_rarest"), _shared_words("company_rarest", 0.99)), NEAR),
        ((_begins("company", 3),), PART),
        ((_both("company_telling"), _shared_words("company_telling", 0.01)), PART),
        ((near, _edits("company", 0.8)), PART),
    ]


def _person(name: str) -> list[Rule]:
    return [
        ((_equal(name),), EXACT),
        ((_long(name, 3), _jaro_winkler(name, 0.92)), CLOSE),
        ((_long(name, 3), _as_long(name, 0.6), _edits(name, 0.6)), NEAR),
        ((_begins(name, 1),), PART),
    ]


def _contact() -> list[Rule]:
    """Two names of one reading (斉藤, サイトウ) are as near as two spellings."""
    *alike, partly = _person("contact")
    read_alike = _equal("contact_kana") & _long("contact_kana", 4)
    return [*alike, ((read_alike,), NEAR), partly]


def _email() -> list[Rule]:
    """What is no address (no @, or masked by ***) may speak for a pair, but not against it."""
    digits = _long("email_digits", _TELLING_LENGTH) & _ends("email_digits", _TELLING_LENGTH)
    left, right = _sides("email_is_whole")
    same_local = _equal("email_local") & _long("email_local", _TELLING_LENGTH)
    return [
        ((_equal("email"),), EXACT),
        ((same_local,), CLOSE),
        ((_as_long("email", 0.9), _edits("email", 0.9)), CLOSE),
        ((digits,), NEAR),
        ((~(left & right), _begins("email_head", 2)), NEAR),
        ((~(left & right),), 0),
        ((_equal("email_domain"),), PART),
    ]


def _phone() -> list[Rule]:
    return [
        ((_equal("phone"),), EXACT),
        ((_ends("phone", 7) | _begins("phone", 9),), CLOSE),
        ((_as_long("phone", 0.85), _edits("phone", 0.85)), NEAR),
        ((_same_head("phone", 6),), PART),
    ]


def _address() -> list[Rule]:
    street = _edits("street", 0.75) | _begins("street", 3)
    house = ~_differ("house") | _begins("house", 1) | _ends("house", 1)
    return [
        ((_equal("address"),), EXACT),
        ((~street.fill_null(False),), ELSE),
        ((_equal("house"),), CLOSE),
        ((house,), NEAR),
        ((), PART),
    ]


def _place(name: str) -> list[Rule]:
    return [((_equal(name),), EXACT), ((_as_long(name, 0.7), _edits(name, 0.7)), NEAR)]


# Field → the rules of its levels where both sides say something; the first that holds, else ELSE.
FIELDS: dict[str, Callable[[], list[Rule]]] = {
    "company": _company,
    "family_name": lambda: _person("family_name"),
    "given_name": lambda: _person("given_name"),
    "contact": _contact,
    "email": _email,
    "phone": _phone,
    "address": _address,
    "postal_code": lambda: _place("postal_code"),
    "city": lambda: _place("city"),
    "prefecture": lambda: [((_equal("prefecture"),), EXACT)],
    "birth_date": lambda: _place("birth_date"),
}
