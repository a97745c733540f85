"""When two names are one person's: one folding for the desk and for what two persons agree on."""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import cache
from pathlib import Path

# The table of `ingestion.values`, which rooms do not share: old and variant kanji → the common one.
VARIANTS = Path(__file__).with_name("kanji_variants.csv")
# Controls and formats: zero-width characters, writing direction, soft hyphen.
_HIDDEN = ("Cc", "Cf")
# Variation selectors and fillers.
_UNSEEN = re.compile("[\u034f\u115f\u1160\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def folded(name: str | None) -> str:
    """Case, width, spaces, variant kanji, unseen characters: they make nobody another person.

    As `plain_words` in SQL: what nobody sees goes first, so that it parts no letter and mark.
    """
    shown = (c for c in name or "" if not c.isspace() and unicodedata.category(c) not in _HIDDEN)
    plain = unicodedata.normalize("NFKC", _UNSEEN.sub("", "".join(shown)))
    return _UNSEEN.sub("", "".join(plain.split())).casefold().translate(_variants())


def is_name(name: str | None) -> bool:
    """Whether anything of it can be read as a name."""
    return any(c.isalpha() for c in folded(name))


@cache
def _variants() -> dict[int, str]:
    with VARIANTS.open(encoding="utf-8", newline="") as file:
        return {ord(row["variant"]): row["common"] for row in csv.DictReader(file)}
