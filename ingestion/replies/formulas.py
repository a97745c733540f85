"""One guard for every file that we write and a spreadsheet may open."""

from __future__ import annotations

import polars as pl

# Not seen before a sign, or trimmed away by a program: controls, spaces, zero-width characters.
_HIDDEN = r"[\s\p{C}\p{Z}\x{34f}\x{115f}\x{1160}\x{2800}\x{3164}\x{ffa0}]"
# A program may take every width of a sign for the sign.
_SIGN = r"[=+\-@＝＋－＠﹦﹢﹣﹫−]"
_START = rf"(?:[\t\r\n]|{_HIDDEN}*{_SIGN})"
# A negative number is no formula, and must stay the number that it is.
_NEGATIVE = r"^ *-[0-9]+(?:\.[0-9]+)?$"


def neutralise(text: pl.Expr) -> pl.Expr:
    """Text that a spreadsheet would take for a formula gets an apostrophe before it."""
    guarded = text.str.replace(f"^{_START}", "'${0}")
    return pl.when(text.str.contains(_NEGATIVE)).then(text).otherwise(guarded)


def restore(text: pl.Expr) -> pl.Expr:
    """What was neutralised, as it was, when a file of ours comes back."""
    return text.str.replace(f"^'({_START})", "${1}")
