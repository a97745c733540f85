"""Filled cells of a worksheet as written: the frame that both ways of reading one give."""

from __future__ import annotations

import polars as pl

# `row` and `col` count from 1; `style` is a number of cellXfs; `kind` the cell type (n where it is
# not said); `formula`: whether there is one; `value`: text of v or is, null where there is none.
CELLS: dict[str, pl.DataType] = {
    "row": pl.UInt32(),
    "col": pl.UInt32(),
    "style": pl.UInt32(),
    "kind": pl.String(),
    "formula": pl.Boolean(),
    "value": pl.String(),
}
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
_LETTERS = 26


def column_number(letters: str) -> int:
    found = 0
    for letter in letters:
        found = found * _LETTERS + ord(letter) - ord("A") + 1
    return found
