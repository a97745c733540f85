"""Cells written as ="0001", the way to keep a spreadsheet from dropping zeros: the text is meant.

A line is rewritten only where all its quotes are explained, so that a memo that quotes such a cell
stays what it is: inside quotes a quote is doubled, and no ="… with text behind it stands there.
"""

from __future__ import annotations

import re

import polars as pl

from ingestion.delimited.dialects import Dialect

_SIGN = '="'
# A column is written so when this share of its filled cells is, two at least.
_MIN_SHARE, _MIN_CELLS = 0.5, 2


def take_off(text: pl.Expr, dialect: Dialect) -> pl.Expr:
    """Lines without the signs of such cells, if they have any and stand in `dialect.formulas` only
    (anywhere, while that is None)."""
    cell, between = _cell(dialect), dialect.between
    if dialect.formulas is None:
        line = f"(?:{cell}|{dialect.cell})(?:{between}(?:{cell}|{dialect.cell}))*"
    else:
        last = max(dialect.formulas, default=-1)
        cells = (
            f"(?:{cell}|{dialect.cell})" if place in dialect.formulas else dialect.cell
            for place in range(last + 1)
        )
        line = f"{between.join(cells)}(?:{between}{dialect.cell})*"
    filled = text.str.contains(rf'(?:^|{between})="[^"{dialect.mark}\r\n]+"(?:{between}|$)')
    bare = text.str.replace_all(
        rf'({dialect.quoted})|(^|{between})="([^"{dialect.mark}\r\n]*)"', "${1}${2}${3}"
    )
    return pl.when(filled & text.str.contains(f"^(?:{line})$")).then(bare).otherwise(text)


def has_any(lines: pl.Series, dialect: Dialect) -> bool:
    """Whether such cells may stand in lines of this dialect."""
    is_usual = dialect.quote == '"' and not dialect.escape and not dialect.is_spaced
    is_told = dialect.formulas is None or bool(dialect.formulas)
    return is_usual and is_told and bool(lines.str.contains(_SIGN, literal=True).any())


def find_places(lines: pl.Series, dialect: Dialect) -> tuple[int, ...]:
    """The columns that are written so, of lines as they stand in the file."""
    if not has_any(lines, dialect):
        return ()
    one = re.compile(f"({_cell(dialect)})|{dialect.cell}")
    written, filled = [0] * dialect.width, [0] * dialect.width
    for text in lines:
        place = at = 0
        while at <= len(text) and place < dialect.width:
            found = one.match(text, at)
            if found is None:
                break
            written[place] += found[1] is not None
            filled[place] += found[0] != ""
            at, place = found.end() + 1, place + 1
    return tuple(
        place
        for place, (count, total) in enumerate(zip(written, filled, strict=True))
        if count >= max(_MIN_CELLS, _MIN_SHARE * total)
    )


def _cell(dialect: Dialect) -> str:
    return rf'="[^"{dialect.mark}\r\n]*"'
