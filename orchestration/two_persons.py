"""What is recorded for ever and moves yen is agreed on by two persons, who say why."""

from __future__ import annotations

from review.names import folded, is_name


def lacking(option: str, by: str, reason: str | None, second: str | None) -> str | None:
    """What an `option` of a command still needs, as a sentence; None when nothing is missing.

    One person under two spellings (`review.names.folded`) is one.
    """
    if not is_name(by):
        return "--by must name the person who does it."
    if not (reason or "").strip():
        return f"{option} needs --reason: why it is done all the same."
    if not is_name(second) or folded(second) == folded(by):
        return f"{option} needs --second: another person than {by} must have agreed."
    return None
