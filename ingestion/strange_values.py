"""Values in the wrong column, contacts nobody can be reached by, numbers that are phones.

Everything here is read off typed rows; the codes are null where a cell is all right.
"""

from __future__ import annotations

import polars as pl

from ingestion.columns import Entity, Kind
from ingestion.values.ids import AS_PHONE

_NAMES = (Kind.COMPANY, Kind.PERSON, Kind.ADDRESS)
# A day with its year; a postal code; an amount: with its sign, in groups, or five digits and more,
# which are no house number and hardly a name.
_MONTH_DAY = "(?:0?[1-9]|1[0-2])[-/.月](?:0?[1-9]|[12][0-9]|3[01])日?"
_YEAR = r"(?:(?:19|20)[0-9]{2}|(?:令和|平成|昭和|[RHS])\s?(?:[0-9]{1,2}|元))"
_DAY = rf"{_YEAR}[-/.年]{_MONTH_DAY}(?:\([日月火水木金土]\))?(?:[T\s][0-9]{{1,2}}:[0-9]{{2}}.*)?"
_POSTAL = r"〒\s?[0-9]{3}-?[0-9]{4}|[0-9]{3}-[0-9]{4}"
_AMOUNT = (
    r"-?[¥\\]\s?[0-9][0-9,]*(?:\.[0-9]+)?|-?[0-9]{1,3}(?:,[0-9]{3})+円?|[0-9]+[千万]?円|[0-9]{5,}"
)
_EMAIL = r"[^\s@]+@[^\s@]+\.[^\s@]+"
_FOREIGN_NAME = rf"^(?:{AS_PHONE}|{_DAY}|{_POSTAL}|{_AMOUNT}|{_EMAIL})$"
_FOREIGN_PHONE = rf"^(?:{_DAY}|{_EMAIL})$"
# How such a value begins, or what it holds: few names do.
_NAME_HINT, _PHONE_HINT = r"^[-+(0-9¥\\〒令平昭RHS]|@", "^[12令平昭RHS]|@"
# No phone number is shorter.
_LONG_NUMBER = "^[0-9][0-9-]{8,}$"


def foreign_values(typed: pl.DataFrame, entity: Entity, code: str) -> pl.DataFrame:
    """Column → `code` where a name, an address or a phone number is wholly something else."""
    tests = {}
    for column in entity.columns:
        value = pl.col(column.name)
        if column.kind is Kind.PHONE:
            tests[column.name] = (_PHONE_HINT, value.str.contains(_FOREIGN_PHONE))
        elif column.kind in _NAMES:
            tests[column.name] = (_NAME_HINT, value.str.contains(_FOREIGN_NAME))
    return _found(typed, tests, code)


def invalid_contacts(typed: pl.DataFrame, entity: Entity) -> pl.DataFrame:
    """Column → `invalid_phone` or `invalid_email` where a number or an address cannot exist."""
    kinds = (Kind.PHONE, Kind.EMAIL)
    names = [column.name for column in entity.columns if column.kind in kinds]
    return typed.select(
        pl.when(pl.col(f"{name}_is_valid").not_()).then(pl.lit(f"invalid_{name}")).alias(name)
        for name in names
    )


def phone_ids(typed: pl.DataFrame, entity: Entity) -> pl.DataFrame:
    """Column → `personal_key` where a number is the row's own phone number, its 0 left out."""
    if "phone" not in typed.columns:
        return typed.select()
    tests = {}
    for column in entity.columns:
        if column.kind is Kind.ID:
            bare, phone = (
                pl.col(column.name).str.replace_all("-", "", literal=True),
                pl.col("phone"),
            )
            same = (bare == phone.str.slice(len("+81"))) | (bare == phone.str.slice(len("+")))
            tests[column.name] = (_LONG_NUMBER, same)
    return _found(typed, tests, "personal_key")


def _found(typed: pl.DataFrame, tests: dict[str, tuple[str, pl.Expr]], code: str) -> pl.DataFrame:
    """Column → `code` where its test holds; made only of columns in which a value has the hint."""
    if not tests:
        return typed.select()
    hints = typed.select_seq(
        pl.col(name).str.contains(hint).any() for name, (hint, _) in tests.items()
    )
    hinted = [name for name, hit in zip(tests, hints.row(0), strict=True) if hit]
    return typed.select(pl.when(tests[name][1]).then(pl.lit(code)).alias(name) for name in hinted)
