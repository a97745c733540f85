"""Filled cells of a worksheet as written: the frame that both ways of reading one give; and how
their texts are put together from runs."""

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
# Before a text that is struck through in part, and one with raised or lowered characters: XML has
# no such characters of its own. CONTROL: any that is not seen.
STRUCK, RAISED = "\x0e", "\x0f"
CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x{80}-\x{9f}]"
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
_LETTERS = 26


class Runs:
    """The text of one string, run by run, as its XML tells it; furigana are no part of it."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._mark = self._found = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element within the string."""
        if name == "r":
            self._mark = ""
        elif name == "strike" and attributes.get("val", "1") not in ("0", "false", "off"):
            self._mark = STRUCK
        elif name == "vertAlign" and attributes.get("val", "baseline") != "baseline":
            self._mark = self._mark or RAISED

    def add(self, characters: str) -> None:
        """Characters of its text."""
        self._texts.append(characters)
        if self._mark and characters.strip():
            self._found = min(self._found or self._mark, self._mark)

    def take(self) -> str:
        """The whole, with a mark before it where a part is struck or raised; then it is empty."""
        text = self._found + "".join(self._texts)
        self._texts, self._mark, self._found = [], "", ""
        return text


def column_number(letters: str) -> int:
    found = 0
    for letter in letters:
        found = found * _LETTERS + ord(letter) - ord("A") + 1
    return found
