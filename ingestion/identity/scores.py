"""What has been found of pairs of records, so that no pair is compared twice.

A pair is the number left × 2³² + right of its row numbers, left < right.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from ingestion.identity.blocking import distinct

_LEFT = 2**32
# `told`: whether two addresses agree, and flags that are added.
_UNKNOWN, _TWO, _ONE, _OTHER, _NAMESAKE = 0, 1, 2, 4, 8
Score = Callable[[pl.DataFrame], pl.DataFrame]
SCORED = {
    "left": pl.UInt32(),
    "right": pl.UInt32(),
    "bits": pl.Float32(),
    "told": pl.UInt8(),
}


@dataclass
class Scores:
    """`codes` of pairs, ascending; their `bits` (log2 odds) and what else is `told` of them. Grows
    with every new pair that is asked for; `scored` counts those."""

    codes: npt.NDArray[np.uint64]
    bits: npt.NDArray[np.float32]
    told: npt.NDArray[np.uint8]
    scored: int = 0

    @classmethod
    def none(cls) -> Scores:
        return cls(np.empty(0, np.uint64), np.empty(0, np.float32), np.empty(0, np.uint8))

    @classmethod
    def known(cls, pairs: pl.DataFrame, found: pl.DataFrame) -> Scores:
        """Of pairs (left, right) in ascending order, `found` as of `Links.compare`."""
        return cls(_codes(pairs), found["bits"].to_numpy(), _told(found))

    def of(self, pairs: pl.DataFrame, score: Score) -> pl.DataFrame:
        """Of pairs (left, right), in their order, what `score` says: `bits`, `same_place` (null if
        unknown), `is_other`, `is_namesake`."""
        codes = _codes(pairs)
        self._learn(distinct(codes[~self._holds(codes)]), score)
        at = np.searchsorted(self.codes, codes)
        told = self.told[at]
        place = pl.Series(told % _OTHER)
        return pl.DataFrame({"bits": self.bits[at]}).select(
            pl.col("bits").cast(pl.Float32),
            same_place=pl.when(place != _UNKNOWN).then(place == _ONE),
            is_other=pl.Series(told & _OTHER != 0),
            is_namesake=pl.Series(told & _NAMESAKE != 0),
        )

    def table(self) -> pl.DataFrame:
        """As `SCORED`."""
        return _pairs(self.codes).with_columns(
            bits=pl.Series(self.bits, dtype=pl.Float32),
            told=pl.Series(self.told, dtype=pl.UInt8),
        )

    @classmethod
    def of_table(cls, table: pl.DataFrame) -> Scores:
        return cls(_codes(table), table["bits"].to_numpy(), table["told"].to_numpy())

    def moved(self, rows: pl.Series) -> Scores:
        """Of a table where every row has moved to `rows`, in the same order, null where it is
        gone."""
        to = rows.cast(pl.Int64).fill_null(-1).to_numpy()
        left, right = to[self.codes // _LEFT], to[self.codes % _LEFT]
        stays = (left >= 0) & (right >= 0)
        codes = left[stays].astype(np.uint64) * _LEFT + right[stays].astype(np.uint64)
        return Scores(codes, self.bits[stays], self.told[stays])

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
        self.told = np.insert(self.told, at, _told(found))
        self.scored += len(codes)


def _codes(pairs: pl.DataFrame) -> npt.NDArray[np.uint64]:
    left, right = (pairs[side].to_numpy().astype(np.uint64) for side in ("left", "right"))
    codes: npt.NDArray[np.uint64] = np.minimum(left, right) * _LEFT + np.maximum(left, right)
    return codes


def _pairs(codes: npt.NDArray[np.uint64]) -> pl.DataFrame:
    sides = {"left": codes // _LEFT, "right": codes % _LEFT}
    return pl.DataFrame({side: rows.astype(np.uint32) for side, rows in sides.items()})


def _told(found: pl.DataFrame) -> npt.NDArray[np.uint8]:
    one = pl.when("same_place").then(_ONE).otherwise(_TWO)
    place = pl.when(pl.col("same_place").is_not_null()).then(one).otherwise(_UNKNOWN)
    flags = pl.col("is_other") * _OTHER + pl.col("is_namesake") * _NAMESAKE
    return found.select((place + flags).cast(pl.UInt8)).to_series().to_numpy()
