"""What has been found of pairs of records, so that no pair is compared twice.

A pair is the number left × 2³² + right of its row numbers, left < right.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

_LEFT = 2**32
# `places`: whether two addresses agree.
_UNKNOWN, _TWO, _ONE = 0, 1, 2
Score = Callable[[pl.DataFrame], pl.DataFrame]
SCORED = {
    "left": pl.UInt32(),
    "right": pl.UInt32(),
    "bits": pl.Float32(),
    "place": pl.UInt8(),
}


@dataclass
class Scores:
    """`codes` of pairs, ascending; their `bits` (log2 odds) and `places`. Grows with every new pair
    that is asked for; `scored` counts those."""

    codes: npt.NDArray[np.uint64]
    bits: npt.NDArray[np.float32]
    places: npt.NDArray[np.uint8]
    scored: int = 0

    @classmethod
    def none(cls) -> Scores:
        return cls(np.empty(0, np.uint64), np.empty(0, np.float32), np.empty(0, np.uint8))

    @classmethod
    def known(cls, pairs: pl.DataFrame, found: pl.DataFrame) -> Scores:
        """Of pairs (left, right) in ascending order, `found` as of `Links.compare`."""
        return cls(_codes(pairs), found["bits"].to_numpy(), _places(found))

    def of(self, pairs: pl.DataFrame, score: Score) -> pl.DataFrame:
        """`bits` and `same_place` (null if unknown) of pairs (left, right), in their order."""
        codes = _codes(pairs)
        self._learn(np.unique(codes[~self._holds(codes)]), score)
        at = np.searchsorted(self.codes, codes)
        return pl.DataFrame({"bits": self.bits[at], "place": self.places[at]}).select(
            pl.col("bits").cast(pl.Float32),
            same_place=pl.when(pl.col("place") != _UNKNOWN).then(pl.col("place") == _ONE),
        )

    def table(self) -> pl.DataFrame:
        """As `SCORED`."""
        return _pairs(self.codes).with_columns(
            bits=pl.Series(self.bits, dtype=pl.Float32),
            place=pl.Series(self.places, dtype=pl.UInt8),
        )

    @classmethod
    def of_table(cls, table: pl.DataFrame) -> Scores:
        bits, places = table["bits"].to_numpy(), table["place"].to_numpy()
        return cls(_codes(table), bits, places)

    def moved(self, rows: pl.Series) -> Scores:
        """Of a table where every row has moved to `rows`, in the same order, null where it is
        gone."""
        to = rows.cast(pl.Int64).fill_null(-1).to_numpy()
        left, right = to[self.codes // _LEFT], to[self.codes % _LEFT]
        stays = (left >= 0) & (right >= 0)
        codes = left[stays].astype(np.uint64) * _LEFT + right[stays].astype(np.uint64)
        return Scores(codes, self.bits[stays], self.places[stays])

    def _holds(self, codes: npt.NDArray[np.uint64]) -> npt.NDArray[np.bool_]:
        if not len(self.codes):
            return np.zeros(len(codes), np.bool_)
        at = np.minimum(np.searchsorted(self.codes, codes), len(self.codes) - 1)
        held: npt.NDArray[np.bool_] = self.codes[at] == codes
        return held

    def _learn(self, codes: npt.NDArray[np.uint64], score: Score) -> None:
        """Score pairs that are not known yet."""
        if not len(codes):
            return
        found = score(_pairs(codes))
        at = np.searchsorted(self.codes, codes)
        self.codes = np.insert(self.codes, at, codes)
        self.bits = np.insert(self.bits, at, found["bits"].to_numpy())
        self.places = np.insert(self.places, at, _places(found))
        self.scored += len(codes)


def _codes(pairs: pl.DataFrame) -> npt.NDArray[np.uint64]:
    left, right = (pairs[side].to_numpy().astype(np.uint64) for side in ("left", "right"))
    codes: npt.NDArray[np.uint64] = np.minimum(left, right) * _LEFT + np.maximum(left, right)
    return codes


def _pairs(codes: npt.NDArray[np.uint64]) -> pl.DataFrame:
    sides = {"left": codes // _LEFT, "right": codes % _LEFT}
    return pl.DataFrame({side: rows.astype(np.uint32) for side, rows in sides.items()})


def _places(found: pl.DataFrame) -> npt.NDArray[np.uint8]:
    one = pl.when("same_place").then(_ONE).otherwise(_TWO)
    known = pl.when(pl.col("same_place").is_not_null()).then(one).otherwise(_UNKNOWN)
    return found.select(known.cast(pl.UInt8)).to_series().to_numpy()
