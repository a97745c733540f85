"""Names of companies and people: how they are shown and how they are compared.

Input of every function: NFKC text without surrounding spaces, null where empty.
"""

from __future__ import annotations

import re
from functools import cache

import polars as pl

from ingestion.values.legal_forms import split_forms
from ingestion.values.spelling import INVISIBLE, LOWER_CASE, kanji_variants

# Signs that one writer sets and another leaves out.
_SIGNS = tuple("・･.,'’‘`\"“”&＆-‐‑‒–—−/!?、。「」『』【】()[]~〜_ ")
# NFKC leaves no other white space than this.
_SPACED = r"[\t-\r]|  "
_HONORIFICS = ("様", "さま", "殿")
_SMALL_KANA = dict(zip("ァィゥェォッャュョヮ", "アイウエオツヤユヨワ", strict=True))


def read_names(text: pl.Series) -> pl.Series:
    """Names to show: runs of spaces are one."""
    spaced = text.str.contains(_SPACED).arg_true()
    if spaced.is_empty():
        return text
    return text.clone().scatter(spaced, text.gather(spaced).str.replace_all(r"\s+", " "))


def read_companies(text: pl.Series) -> pl.DataFrame:
    """`value`, `match`, `legal_form` and `form_position` (before, after, none), null where empty.

    Value: as the sender wrote it. Match: the form in which spellings of one name are equal,
    without legal form; the whole name if nothing else is left. Branches (支店) stay in.
    """
    value = read_names(text).alias("value")
    split = split_forms(value)
    return split.select(
        value,
        _key(split["core"]).alias("match"),
        "legal_form",
        "form_position",
    )


def match_persons(values: pl.Series) -> pl.Series:
    """People without spaces, signs, variants of kanji and the honorific that forms add."""
    bare = values
    for honorific in _HONORIFICS:
        bare = bare.str.strip_suffix(honorific)
    return _key(bare.zip_with(bare != "", values))


def _key(names: pl.Series) -> pl.Series:
    """Without spaces, signs and letter case; the name itself if it is made of signs."""
    odd = names.str.contains(_odd()).arg_true()
    if odd.is_empty():
        return names
    patterns, replacements = _equal_spellings()
    rest = names.gather(odd)
    key = rest.str.replace_many(patterns, replacements)
    return names.clone().scatter(odd, key.zip_with(key != "", rest))


@cache
def _equal_spellings() -> tuple[list[str], list[str]]:
    words = dict.fromkeys((*_SIGNS, *INVISIBLE), "") | _SMALL_KANA | kanji_variants()
    words |= LOWER_CASE
    return list(words), list(words.values())


@cache
def _odd() -> str:
    """Finds what a key does not keep as it is."""
    return f"[{re.escape(''.join(_equal_spellings()[0]))}]"
