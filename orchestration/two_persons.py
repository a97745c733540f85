"""What is recorded for ever and moves yen is agreed on by two persons, who say why."""

from __future__ import annotations

import unicodedata


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
    plain = unicodedata.normalize("NFKC", name or "").casefold()
    return "".join(c for c in plain if not c.isspace() and unicodedata.category(c) != "Cf")
