"""Spellings of one word that count as equal when names are compared; never when they are shown."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from string import ascii_uppercase

import polars as pl

# Old and variant kanji of names → the common one, such as 髙 → 高.
KANJI_VARIANTS = Path(__file__).with_name("kanji_variants.csv")
# Zero-width spaces and joiners, byte order mark, soft hyphen: pasted along and seen by nobody.
INVISIBLE = ("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad")
# One pass replaces these with all else; lowering a whole column of kanji costs as much again.
LOWER_CASE = {letter: letter.lower() for letter in ascii_uppercase + "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝ"}


@cache
def kanji_variants() -> dict[str, str]:
    table = pl.read_csv(KANJI_VARIANTS, infer_schema=False)
    return dict(zip(table["variant"], table["common"], strict=True))
