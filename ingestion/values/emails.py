"""E-mail addresses → their normal form, their company's domain, and whether they can exist.

Input of every function: NFKC text without surrounding spaces, null where empty.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import polars as pl

from ingestion.values.rest import keep_where

# Mail anybody can have: sharing its domain says nothing about two companies.
FREE_MAIL = Path(__file__).with_name("free_mail.csv")
_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_DOMAIN = r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{2,59})"
# Japanese carriers gave out mailboxes that no standard allows: dots in a row and before the @.
_CARRIER = rf"{_ATOM}[a-z0-9_.+-]*@(?:docomo\.ne\.jp|ezweb\.ne\.jp|au\.com)"
_ADDRESS = rf"^(?:{_ATOM}(?:\.{_ATOM})*@{_DOMAIN}|{_CARRIER})$"
_LONG_LABEL = r"@.*[a-z0-9-]{64}"
# What people copy along: 山田 <taro@example.jp>, mailto:, a full stop, spaces around and beside the
# @. Any other space inside may stand for a sign: such a text is no address.
_NAMED = r"^[^<>@]*<([^<>]+)>$"
_HIDDEN = r"[\u200b-\u200d\u2060\ufeff]"
_AROUND = r"(?i)^\s*mailto:\s*|[.,;:、。\s]+$|^\s+"
# Longest that a mail server takes, in characters (RFC 5321 §4.5.3.1); no text is kept beyond.
MAX_LOCAL, MAX_ADDRESS = 64, 254


def read_emails(text: pl.Series) -> pl.DataFrame:
    """`value`, `domain` and `is_valid`, null where the text is.

    Value: the address in lower case, or the text as written where it is none. Domain: null for
    mail that anybody can have and for what is no address. Valid: by its syntax.
    """
    value, is_valid = text.alias("value"), _is_address(text)
    for tidy in (_in_lower_case, _without_surroundings):
        places = (~is_valid).arg_true()
        if len(places):
            found = tidy(text.gather(places))
            value = value.scatter(places, found)
            is_valid = is_valid.scatter(places, _is_address(found))
    invalid = (~is_valid).arg_true()
    if len(invalid):
        value = value.scatter(invalid, text.gather(invalid).str.slice(0, MAX_ADDRESS))
    return pl.DataFrame([value, _domains(value, is_valid), is_valid.alias("is_valid")])


def match_emails(values: pl.Series) -> pl.Series:
    """The mailboxes behind addresses: what follows a plus sign does not change one."""
    tagged = values.str.contains("+", literal=True).arg_true()
    if tagged.is_empty():
        return values
    bare = values.gather(tagged).str.replace(r"^([^+@]+)\+[^@]*@", "${1}@")
    return values.clone().scatter(tagged, bare)


def _in_lower_case(text: pl.Series) -> pl.Series:
    return text.str.to_lowercase()


def _without_surroundings(text: pl.Series) -> pl.Series:
    bare = text.str.replace_all(_HIDDEN, "").str.replace(_NAMED, "${1}")
    joined = bare.str.replace(r"\s*@\s*", "@")
    return joined.str.replace_all(_AROUND, "").str.to_lowercase()


def _is_address(text: pl.Series) -> pl.Series:
    return text.str.contains(_ADDRESS) & _is_short(text)


def _is_short(text: pl.Series) -> pl.Series:
    """Whether the lengths are possible; nearly always the whole address tells it."""
    short = text.str.len_bytes() <= MAX_ADDRESS
    doubtful = (text.str.len_bytes() > MAX_LOCAL).arg_true()
    if len(doubtful):
        long = text.gather(doubtful)
        fits = (long.str.find("@", literal=True) <= MAX_LOCAL) & ~long.str.contains(_LONG_LABEL)
        short = short.scatter(doubtful, short.gather(doubtful) & fits.fill_null(False))
    return short


def _domains(value: pl.Series, is_valid: pl.Series) -> pl.Series:
    parts = keep_where(value, is_valid).str.splitn("@", 2)
    domain = parts.struct.field("field_1").alias("domain")
    return keep_where(domain, ~domain.is_in(_free_mail()))


@cache
def _free_mail() -> tuple[str, ...]:
    return tuple(FREE_MAIL.read_text("utf-8").split()[1:])
