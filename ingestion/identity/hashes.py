"""Records that share a key of one or more columns, by hashes: no texts are joined or sorted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

Codes = npt.NDArray[np.uint64]
Key = tuple[pl.Expr, ...]
_ODD = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class Blocks:
    """`rows` block by block, ascending in each; where each block `starts`, and their `sizes`."""

    rows: Codes
    starts: npt.NDArray[np.int64]
    sizes: npt.NDArray[np.int64]


class Hashed:
    """A frame of match keys and the hashes of their parts, each made once."""

    def __init__(self, keys: pl.DataFrame) -> None:
        self._keys = keys
        self._bits = np.uint64(max(1, keys.height.bit_length()))
        self._parts: dict[str, Codes] = {}

    def blocks(self, key: Key) -> Blocks | None:
        """Rows that have all parts of a key, by its value; None if the frame lacks a column.

        Of a hash the upper bits count (44 of a million rows): two values in one block are rare.
        """
        if not names(key) <= set(self._keys.columns):
            return None
        parts = [self.part(part) for part in key]
        said = np.logical_and.reduce([part != 0 for part in parts])
        value = np.zeros(int(said.sum()), np.uint64)
        for part in parts:
            value = value * _ODD + part[said]
        # hash and row in one number: sorting it is several times faster than sorting by it
        packed = np.sort(value >> self._bits << self._bits | np.flatnonzero(said).astype(np.uint64))
        value = packed >> self._bits
        starts = np.flatnonzero(np.append(True, value[1:] != value[:-1])[: len(value)])
        sizes = np.diff(np.append(starts, len(value)))
        return Blocks(packed & ((np.uint64(1) << self._bits) - np.uint64(1)), starts, sizes)

    def part(self, part: pl.Expr) -> Codes:
        """A hash for every row, 0 where nothing is said."""
        name = str(part)
        if name not in self._parts:
            text = part.cast(pl.String)
            hashed = pl.when(text != "").then(text.hash()).fill_null(0)
            self._parts[name] = self._keys.select(hashed).to_series().to_numpy()
        return self._parts[name]


def names(key: Key) -> set[str]:
    """Columns that a key is made of."""
    return {name for part in key for name in part.meta.root_names()}
