"""Likeness to confirmed cases: an ensemble of extremely randomised trees in numpy.

Each tree asks, at each step, `share` of the features at one random cut each, and keeps the
question that separates confirmed from cleared best (Geurts, Ernst, Wehenkel 2006). A partner's
likeness is the mean share of confirmed cases in the leaves it falls into, between 0 and 1. Random
cuts make it smooth, and a tree over some hundred reviewed cases is grown in milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from expectations.scoring.peers import Floats, Ints

TREES = 200
# A third of the features are asked at each step, three at least.
SHARE, LEAST_ASKED = 1 / 3, 3
LEAST_IN_LEAF = 2
# The same table and verdicts give the same score.
SEED = 20120401


@dataclass(frozen=True)
class Tree:
    """Nodes by number, 0 is the root: feature (−1 = leaf), cut, children, share of confirmed."""

    feature: Ints
    cut: Floats
    low: Ints
    high: Ints
    value: Floats


def grow_forest(evidence: Floats, confirmed: Floats, trees: int = TREES) -> list[Tree]:
    """`evidence`: reviewed partners × features, finite; `confirmed`: 1 or 0 each, both present."""
    chance = np.random.default_rng(SEED)
    return [_grow(evidence, confirmed, chance) for _ in range(trees)]


def likeness(forest: list[Tree], evidence: Floats) -> tuple[Floats, Floats]:
    """(likeness a partner, its parts partners × features).

    A part is what the answers about one feature moved the share of confirmed by, on average over
    the trees; likeness = share of confirmed among the reviewed + Σ parts.
    """
    parts = np.zeros_like(evidence)
    total = np.zeros(len(evidence))
    for tree in forest:
        at = np.zeros(len(evidence), dtype=np.int64)
        while (going := np.flatnonzero(tree.feature[at] >= 0)).size:
            node = at[going]
            feature = tree.feature[node]
            is_low = evidence[going, feature] <= tree.cut[node]
            at[going] = np.where(is_low, tree.low[node], tree.high[node])
            parts[going, feature] += tree.value[at[going]] - tree.value[node]
        total += tree.value[at]
    return total / len(forest), parts / len(forest)


def _grow(evidence: Floats, confirmed: Floats, chance: np.random.Generator) -> Tree:
    nodes: list[list[float]] = []
    waiting = [(np.arange(len(confirmed)), -1, 0)]
    while waiting:
        rows, parent, side = waiting.pop()
        if parent >= 0:
            nodes[parent][side] = len(nodes)
        split = _split(evidence, confirmed, rows, chance)
        feature, cut = split or (-1, 0.0)
        if split:
            is_low = evidence[rows, feature] <= cut
            waiting += [(rows[is_low], len(nodes), 2), (rows[~is_low], len(nodes), 3)]
        nodes.append([feature, cut, -1, -1, float(confirmed[rows].mean())])
    table = np.array(nodes, dtype=np.float64).T
    feature_, low, high = (table[row].astype(np.int64) for row in (0, 2, 3))
    return Tree(feature_, table[1], low, high, table[4])


def _split(
    evidence: Floats, confirmed: Floats, rows: Ints, chance: np.random.Generator
) -> tuple[int, float] | None:
    """The best of the random questions, or None when the rows agree or are too few."""
    verdicts = confirmed[rows]
    if len(rows) < 2 * LEAST_IN_LEAF or verdicts.min() == verdicts.max():
        return None
    features = evidence.shape[1]
    count = min(features, max(LEAST_ASKED, round(features * SHARE)))
    asked = chance.choice(features, count, replace=False)
    values = evidence[np.ix_(rows, asked)]
    least, most = values.min(axis=0), values.max(axis=0)
    cuts = least + chance.random(len(asked)) * (most - least)
    gains = _gains(values <= cuts, verdicts)
    best = int(gains.argmax())
    return (int(asked[best]), float(cuts[best])) if gains[best] > 0 else None


def _gains(is_low: NDArray[np.bool_], verdicts: Floats) -> Floats:
    """Fall of the sum of squares a question; 0 when a side would hold too few rows."""
    count, hits = len(verdicts), verdicts.sum()
    low = is_low.sum(axis=0)
    low_hits = verdicts @ is_low
    allowed = np.minimum(low, count - low) >= LEAST_IN_LEAF
    safe = np.where(allowed, low, 1), np.where(allowed, count - low, 1)
    explained = low_hits**2 / safe[0] + (hits - low_hits) ** 2 / safe[1] - hits**2 / count
    return np.asarray(np.where(allowed, explained, 0.0), dtype=np.float64)
