"""How far each partner stands from its peers, feature by feature, in robust deviations.

A partner's peers are the `PEERS` partners of its group that are nearest in volume. Middle and
spread are their median and interquartile range, so up to a quarter of the peers may be guilty
before the yardstick moves. Values are compared on a signed log scale: shares stay nearly as they
are, counts stop being ruled by the largest partner.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Enough for quartiles that do not jump, few enough that volumes are alike.
PEERS = 250
# Windows of peers move on by a tenth of their width.
STEPS = 10
# Below this a quartile is an anecdote: such a group is compared with everybody.
LEAST_PEERS = 8
# One feature counts at most this many deviations: a column with hardly any spread proves little.
MOST_DEVIATIONS = 10.0
# The interquartile range of a normal distribution in standard deviations.
NORMAL_IQR = 1.349
# A constant column's rounding is no spread.
ROUNDING = 1e-9


@dataclass(frozen=True)
class Window:
    """Median and spread (one a feature) of neighbours in volume, up to log volume `until`."""

    until: float
    middle: Floats
    spread: Floats


# The windows of each group by rising volume; `ALL` holds those over everybody.
Yardstick = dict[int, list[Window]]
ALL = -1


def scale(values: Floats) -> Floats:
    """Signed log scale; not-finite values become missing."""
    finite = np.where(np.isfinite(values), values, np.nan)
    return np.asarray(np.sign(finite) * np.log1p(np.abs(finite)), dtype=np.float64)


def unscale(values: Floats) -> Floats:
    return np.asarray(np.sign(values) * np.expm1(np.abs(values)), dtype=np.float64)


def fit_yardstick(values: Floats, volumes: Floats, groups: Ints) -> Yardstick:
    """Windows of each group with `LEAST_PEERS` partners, and of everybody.

    `values`: partners × features on the log scale, NaN = missing; `volumes`: log volume, finite;
    `groups`: a number ≥ 0 a partner.
    """
    found = {ALL: _windows(values, volumes)}
    for group, size in zip(*np.unique(groups, return_counts=True), strict=True):
        if size >= LEAST_PEERS:
            inside = groups == group
            found[int(group)] = _windows(values[inside], volumes[inside])
    return found


def compare(
    yardstick: Yardstick, values: Floats, volumes: Floats, groups: Ints
) -> tuple[Floats, Floats]:
    """(deviations, peers' medians), both partners × features; a missing value deviates by 0."""
    deviations, expected = np.zeros_like(values), np.zeros_like(values)
    known = np.where(np.isin(groups, list(yardstick)), groups, ALL)
    for group in np.unique(known):
        windows = yardstick[int(group)]
        members = np.flatnonzero(known == group)
        ends = np.array([window.until for window in windows[:-1]])
        place = np.searchsorted(ends, volumes[members], side="left")
        middle = np.stack([window.middle for window in windows])[place]
        spread = np.stack([window.spread for window in windows])[place]
        expected[members] = middle
        deviations[members] = (values[members] - middle) / spread
    capped = np.clip(np.nan_to_num(deviations), -MOST_DEVIATIONS, MOST_DEVIATIONS)
    return np.asarray(capped, dtype=np.float64), expected


def _windows(values: Floats, volumes: Floats) -> list[Window]:
    order = np.argsort(volumes, kind="stable")
    count = len(order)
    width = min(PEERS, count)
    starts = np.unique([*range(0, count - width + 1, max(1, width // STEPS)), count - width])
    # Halfway between the middles of two windows the next one is nearer.
    turns = (starts[:-1] + starts[1:] + width) // 2
    ends = np.append(volumes[order[turns - 1]], np.inf)
    whole = _deviation(values)
    return [
        Window(float(end), *_middle_and_spread(values[order[start : start + width]], whole))
        for start, end in zip(starts, ends, strict=True)
    ]


def _middle_and_spread(peers: Floats, whole: Floats) -> tuple[Floats, Floats]:
    """Spread: quartiles; where these agree the standard deviation; else that of everybody.

    A feature known of fewer than `LEAST_PEERS` peers has an infinite spread: nothing deviates.
    """
    seen = np.isfinite(peers).sum(axis=0) >= LEAST_PEERS
    complete = np.where(seen, peers, 0.0)
    quartiles = np.nanquantile if np.isnan(complete).any() else np.quantile
    low, middle, high = quartiles(complete, [0.25, 0.5, 0.75], axis=0)
    spread = (high - low) / NORMAL_IQR
    for fallback in (_deviation(complete), whole, np.ones_like(whole)):
        spread = np.where(spread > 0, spread, fallback)
    return np.where(seen, middle, np.nan), np.where(seen, spread, np.inf)


def _deviation(values: Floats) -> Floats:
    """Standard deviation a feature over its known values; 0 without any."""
    known = np.isfinite(values)
    count = np.maximum(known.sum(axis=0), 1)
    mean = np.where(known, values, 0.0).sum(axis=0) / count
    squares = np.where(known, values - mean, 0.0) ** 2
    found = np.sqrt(squares.sum(axis=0) / count)
    return np.asarray(np.where(found > ROUNDING, found, 0.0), dtype=np.float64)
