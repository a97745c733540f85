"""One guard for every file that we write and a spreadsheet may open."""

from __future__ import annotations

import polars as pl

_START = r"^([=+\-@\t\r＝＋－＠])"
# A negative number is no formula, and must stay the number that it is.
_NEGATIVE = r"^-[0-9]+(?:\.[0-9]+)?$"


def neutralise(text: pl.Expr) -> pl.Expr:
    """Text that a spreadsheet would take for a formula gets an apostrophe before it.

    `parse.clean` takes it off again when the file comes back.
    """
    guarded = text.str.replace(_START, "'${1}")
    return pl.when(text.str.contains(_NEGATIVE)).then(text).otherwise(guarded)
