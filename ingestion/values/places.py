"""Postal codes, prefectures and addresses.

Input of every function: NFKC text without surrounding spaces, null where empty.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import polars as pl

from ingestion.values.rest import keep_where, read_rest
from ingestion.values.spelling import INVISIBLE, LOWER_CASE, kanji_variants

# In the order of their codes in JIS X 0401, 01 to 47.
PREFECTURES = Path(__file__).with_name("prefectures.csv")
_CODE = r"^[0-9]{3}-[0-9]{4}$"
_WRITTEN_CODE = r"^(?:〒\s*)?([0-9]{3})\s*[-‐‑‒–—―−ー]?\s*([0-9]{4})$"
_DIGITS = 7
_NOWHERE = "000-0000"
_KANJI_DIGITS = "一二三四五六七八九"
_DASHES = ("‐", "‑", "‒", "–", "—", "―", "−")


def read_postal_codes(text: pl.Series) -> pl.Series:
    """`123-4567`, or null."""
    codes = text
    if (text.str.len_bytes() == _DIGITS).any():
        codes = text.str.replace(r"^([0-9]{3})([0-9]{4})$", "${1}-${2}")
    usual = keep_where(codes, codes.str.contains(_CODE))
    codes = read_rest(usual, text, _read_codes)
    return keep_where(codes, codes != _NOWHERE)


def read_prefectures(text: pl.Series) -> pl.Series:
    """The full name with its 都, 道, 府 or 県, or null.

    Also read: the short name, kana, Latin letters with or without -to, -fu, -ken, and the two
    digits of the official code (JIS X 0401); 13 is 東京都.
    """
    named = text.replace_strict(_spellings(), default=None, return_dtype=pl.String)
    return read_rest(named, text, _read_spellings)


def match_addresses(values: pl.Series) -> pl.Series:
    """Addresses without spaces and prefecture, block numbers joined by hyphens."""
    patterns, replacements = _address_words()
    key = values.str.replace_many(patterns, replacements, leftmost=True)
    between = key.str.contains(r"[0-9][ーのノ][0-9]").arg_true()
    if len(between):
        # twice, since in 1ー2ー3 the matches would share a digit
        joined = key.gather(between).str.replace_all(r"([0-9])[ーのノ]([0-9])", "${1}-${2}")
        joined = joined.str.replace_all(r"([0-9])[ーのノ]([0-9])", "${1}-${2}")
        key = key.scatter(between, joined)
    doubled = key.str.contains("--", literal=True).arg_true()
    if len(doubled):
        key = key.scatter(doubled, key.gather(doubled).str.replace_all("-+", "-"))
    return key.str.strip_chars("-")


@cache
def prefectures() -> tuple[str, ...]:
    """The 47 full names, north to south."""
    return tuple(_table()["prefecture"])


def _read_codes(text: pl.Series) -> pl.Series:
    # Excel takes the 0 from numbers
    full = text.str.replace("^([0-9]{6})$", "0${1}")
    codes = full.str.replace(_WRITTEN_CODE, "${1}-${2}")
    return keep_where(codes, codes.str.contains(_CODE))


def _read_spellings(text: pl.Series) -> pl.Series:
    bare = text.str.to_lowercase().str.replace_all(r"\s|[‐‑–−-]", "")
    bare = bare.str.replace_many(list("āīūēōôû"), list("aiueoou"))
    return bare.replace_strict(_spellings(), default=None, return_dtype=pl.String)


@cache
def _table() -> pl.DataFrame:
    return pl.read_csv(PREFECTURES, infer_schema=False)


@cache
def _spellings() -> dict[str, str]:
    """Every way a prefecture is written, in lower case without spaces and hyphens."""
    found: dict[str, str] = {}
    for code, name, kana, katakana, latin in _table().iter_rows():
        short_latin, _, suffix = latin.partition("-")
        short = name if name == "北海道" else name[:-1]
        ending = {"都": 1, "府": 1, "県": 2, "道": 0}[name[-1]]
        for spelling in (
            *(code, name, short, kana, katakana, short_latin, short_latin + suffix),
            *(kana[: len(kana) - ending], katakana[: len(katakana) - ending]),
        ):
            found[spelling] = name
    return found


@cache
def _address_words() -> tuple[list[str], list[str]]:
    """What is replaced in an address, longest first, and by what."""
    words = {f"{_kanji(number)}丁目": f"{number}-" for number in range(1, 40)}
    words |= dict.fromkeys(("丁目", "番地の", "番地", "番", "号", *_DASHES), "-")
    words |= {"ヶ": "ケ", "ヵ": "カ"} | kanji_variants() | LOWER_CASE
    words |= dict.fromkeys((*prefectures(), *INVISIBLE, *" \t\n\r"), "")
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return ordered, [words[word] for word in ordered]


def _kanji(number: int) -> str:
    tens, ones = divmod(number, 10)
    ten = ("" if tens == 1 else _KANJI_DIGITS[tens - 1]) + "十" if tens else ""
    return ten + (_KANJI_DIGITS[ones - 1] if ones else "")
