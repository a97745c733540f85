"""What is recorded for ever and moves yen is agreed on by two persons, who say why."""

from __future__ import annotations

import re
import unicodedata

# Controls and formats: zero-width characters, writing direction, soft hyphen.
_HIDDEN = ("Cc", "Cf")
# Variation selectors and fillers.
_UNSEEN = re.compile("[\u034f\u115f\u1160\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def lacking(option: str, by: str, reason: str | None, second: str | None) -> str | None:
    """What an `option` of a command still needs, as a sentence; None when nothing is missing.

    One person under two spellings (case, width, spaces, characters without a shape) is one.
    """
    if not by.strip():
        return "--by must name the person who does it."
    if not (reason or "").strip():
        return f"{option} needs --reason: why it is done all the same."
    agreed = _folded(second)
    if not any(c.isalpha() for c in agreed) or agreed == _folded(by):
        return f"{option} needs --second: another person than {by} must have agreed."
    return None


def _folded(name: str | None) -> str:
    """As `plain_words` in SQL: what nobody sees goes first, so that it parts no letter and mark."""
    shown = (c for c in name or "" if not c.isspace() and unicodedata.category(c) not in _HIDDEN)
    plain = unicodedata.normalize("NFKC", _UNSEEN.sub("", "".join(shown)))
    return _UNSEEN.sub("", "".join(plain.split())).casefold()
