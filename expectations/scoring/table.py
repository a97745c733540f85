"""What the columns of a table about partners are, and its rows as arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from expectations.scoring.peers import Floats, Ints

PARTNER = "partner_id"


@dataclass(frozen=True)
class Layout:
    """Names of columns: the partner's, the volume's, those of the peer group, the features."""

    partner: str
    volume: str
    groups: list[str]
    features: list[str]

    @property
    def measured(self) -> list[str]:
        return [self.volume, *self.groups, *self.features]


@dataclass(frozen=True)
class Rows:
    """`values` rows × features, NaN = missing; `volumes` NaN = unknown; `groups` ≥ 0."""

    values: Floats
    volumes: Floats
    groups: Ints


def partner_column(frame: pl.DataFrame) -> str:
    """`partner_id`, else the first text column, else the first column."""
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    return PARTNER if PARTNER in frame.columns else [*texts, *frame.columns][0]


def read_layout(features: pl.DataFrame, peer_group: list[str] | None, volume: str) -> Layout:
    """Raises ValueError: a named column is not there, no feature, a partner twice or unnamed."""
    groups = peer_group or []
    absent = [name for name in (volume, *groups) if name not in features.columns]
    if absent:
        raise ValueError(f"no column {', '.join(absent)} in {features.columns[:10]}…")
    partner = partner_column(features)
    if features[partner].null_count() or features[partner].is_duplicated().any():
        raise ValueError(f"one row a partner is needed: {partner} is empty or there twice")
    numbers = [name for name, dtype in features.schema.items() if dtype.is_numeric()]
    named = [name for name in numbers if name not in {partner, volume, *groups}]
    if not named:
        raise ValueError("no numeric feature beside the partner, its volume and its group")
    return Layout(partner, volume, groups, named)


def read_rows(frame: pl.DataFrame, layout: Layout) -> Rows:
    """The rows of `frame` in its order; a volume below 0 or not finite is unknown."""
    numbers = frame.select(pl.col(layout.volume, *layout.features).cast(pl.Float64)).to_numpy()
    volumes = numbers[:, 0].astype(np.float64)
    volumes[~np.isfinite(volumes) | (volumes < 0)] = np.nan
    return Rows(numbers[:, 1:].astype(np.float64), volumes, _groups(frame, layout.groups))


def match_verdicts(
    features: pl.DataFrame, feedback: pl.DataFrame, layout: Layout
) -> tuple[pl.DataFrame, Ints, Floats]:
    """(rows that `feedback` brings itself, where each case is among both tables' rows, verdicts).

    Feedback with all measured columns is read as its own rows, which stand after `features`.
    Raises ValueError for a verdict that is neither true, false, 1, 0 nor null (not yet decided).
    """
    decided = feedback.filter(pl.col("verdict").is_not_null())
    verdicts = decided["verdict"].cast(pl.Float64, strict=False).fill_null(np.nan)
    if not verdicts.is_in([0.0, 1.0]).all():
        raise ValueError("a verdict is true, false, 1 or 0")
    if set(layout.measured) <= set(decided.columns):
        places = np.arange(features.height, features.height + decided.height)
        return decided, places.astype(np.int64), verdicts.to_numpy()
    key = pl.col(partner_column(feedback)).cast(pl.String).alias("key")
    known = features.select(key=pl.col(layout.partner).cast(pl.String)).with_row_index("place")
    cases = decided.select(key, verdict=verdicts).join(known, on="key", maintain_order="left")
    return decided.clear(), cases["place"].cast(pl.Int64).to_numpy(), cases["verdict"].to_numpy()


def _groups(frame: pl.DataFrame, columns: list[str]) -> Ints:
    """A number a distinct combination; a null is a value of its own."""
    if not columns:
        return np.zeros(frame.height, dtype=np.int64)
    keys = pl.concat_str(pl.col(columns).cast(pl.String).fill_null("\0"), separator="\x1f")
    numbers: NDArray[np.int64] = (
        frame.select(keys.rank("dense").cast(pl.Int64)).to_series().to_numpy()
    )
    return numbers
