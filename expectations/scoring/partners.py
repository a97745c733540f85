"""The score of a partner from any table of numbers about partners, with or without verdicts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from expectations.scoring.forest import grow_forest, likeness
from expectations.scoring.peers import (
    LEAST_PEERS,
    MOST_DEVIATIONS,
    Floats,
    Ints,
    compare,
    fit_yardstick,
    scale,
    unscale,
)
from expectations.scoring.table import PARTNER, Rows, match_verdicts, read_layout, read_rows

# The deviation is the mean over the largest sixth of the features, of three at least: one odd
# column is chance, a pattern is not.
PATTERN_SHARE, LEAST_PATTERN = 6, 3
# From this many events on a partner's numbers count in full.
FULL_EVIDENCE = 50
# With this many confirmed cases likeness and deviation weigh the same.
EVEN_CASES = 5
MOST_REASONS = 5
REASONS = pl.List(
    pl.Struct(
        {
            "feature": pl.String(),
            "observed": pl.Float64(),
            "expected": pl.Float64(),
            "contribution": pl.Float64(),
        }
    )
)


@dataclass(frozen=True)
class Evidence:
    """Rows × features: signed `deviations`, peers' medians, and what each adds to the deviation."""

    deviations: Floats
    expected: Floats
    parts: Floats
    volumes: Floats

    @property
    def deviation(self) -> Floats:
        return np.asarray(self.parts.sum(axis=1), dtype=np.float64)

    @property
    def inputs(self) -> Floats:
        """What trees ask about: each feature, the deviation as a whole, the log volume."""
        return np.column_stack([self.deviations, self.deviation, self.volumes])


def score_partners(
    features: pl.DataFrame,
    *,
    peer_group: list[str] | None,
    volume: str,
    feedback: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """`partner_id, score, reasons`, one row a partner of `features`, in its order.

    `features`: one row a partner, named by `partner_id`, else by the first text column, else by
    the first column. Every other numeric column is a feature, except `volume` (events behind the
    row, ≥ 0) and those of `peer_group`: take labels out first. A null is no evidence.

    `score`: without feedback the deviation, 0 (as its peers) to 1. Peers are the partners of the
    same `peer_group` (None: everybody) that are nearest in volume. `feedback` (`partner_id`,
    `verdict`: true or 1 = confirmed) adds the likeness to confirmed cases: (1 − w) × deviation +
    w × likeness, rising in both, w = confirmed ÷ (confirmed + 5); it needs a case of either
    verdict. Null: volume unknown, or fewer than `LEAST_PEERS` partners. It orders a queue and is
    no probability, and a partner's own verdict does not replace its score.

    Feedback that holds all columns of `features` is learned from as the partner then was; else
    its row in `features` counts, and partners that are not there count for nothing.

    `reasons`: up to five structs `feature, observed, expected, contribution`: what raises the
    score most, the peers' median, and the part of the score. `volume` has no expectation.

    Raises ValueError for a missing column, a partner there twice or a verdict of another kind.
    """
    layout = read_layout(features, peer_group, volume)
    columns = features.select(layout.measured)
    places: Ints = np.zeros(0, dtype=np.int64)
    verdicts: Floats = np.zeros(0)
    if feedback is not None:
        own, places, verdicts = match_verdicts(features, feedback, layout)
        if own.height:
            columns = pl.concat([columns, own.select(layout.measured)], how="vertical_relaxed")
    rows = read_rows(columns, layout)
    evidence = _weigh(rows, features.height)
    score, parts = _combine(evidence, features.height, (places, verdicts))
    known = np.isfinite(rows.volumes[: features.height])
    enough = known if known.sum() >= LEAST_PEERS else np.zeros_like(known)
    names = [*layout.features, layout.volume]
    told = _tell(names, rows, evidence, np.where(enough[:, None], parts, 0.0))
    scores = pl.Series(np.where(enough, score, np.nan), dtype=pl.Float64).fill_nan(None)
    return pl.DataFrame({PARTNER: features[layout.partner], "score": scores, "reasons": told})


def _weigh(rows: Rows, population: int) -> Evidence:
    """Every row against the yardstick of the first `population` rows whose volume is known."""
    values = scale(rows.values)
    volumes = np.log1p(np.nan_to_num(rows.volumes))
    fit = np.flatnonzero(np.isfinite(rows.volumes[:population]))
    if len(fit) < LEAST_PEERS:
        nothing = np.zeros_like(values)
        return Evidence(nothing, nothing, nothing, volumes)
    yardstick = fit_yardstick(values[fit], volumes[fit], rows.groups[fit])
    deviations, expected = compare(yardstick, values, volumes, rows.groups)
    weight = np.minimum(1.0, volumes / np.log1p(FULL_EVIDENCE))
    parts = _pattern(np.abs(deviations)) * weight[:, None] / MOST_DEVIATIONS
    return Evidence(deviations, unscale(expected), parts, volumes)


def _pattern(sizes: Floats) -> Floats:
    """Each feature's part of the mean of the largest sizes of its row; the others' is 0."""
    features = sizes.shape[1]
    count = min(features, max(LEAST_PATTERN, -(-features // PATTERN_SHARE)))
    kept = np.argsort(-sizes, axis=1, kind="stable")[:, :count]
    parts = np.zeros_like(sizes)
    np.put_along_axis(parts, kept, np.take_along_axis(sizes, kept, axis=1) / count, axis=1)
    return parts


def _combine(
    evidence: Evidence, population: int, cases: tuple[Ints, Floats]
) -> tuple[Floats, Floats]:
    """(score, contributions of the features and the volume) of the first `population` rows."""
    deviation = evidence.deviation[:population]
    parts = np.column_stack([evidence.parts[:population], np.zeros(population)])
    places, verdicts = cases
    confirmed = float(verdicts.sum())
    if confirmed in (0.0, float(len(verdicts))):
        return deviation, parts
    inputs = evidence.inputs
    alike, moves = likeness(grow_forest(inputs[places], verdicts), inputs[:population])
    # What the deviation as a whole did is shared out among the features it consists of.
    shares = parts / np.where(deviation > 0, deviation, 1.0)[:, None]
    learned = np.column_stack([moves[:, :-2], moves[:, -1]]) + shares * moves[:, [-2]]
    weight = confirmed / (confirmed + EVEN_CASES)
    return (1 - weight) * deviation + weight * alike, (1 - weight) * parts + weight * learned


def _tell(names: list[str], rows: Rows, evidence: Evidence, parts: Floats) -> pl.Series:
    """The reasons of each row of `parts`, the largest first; an empty list without any."""
    count = len(parts)
    observed = np.column_stack([rows.values, rows.volumes])[:count]
    expected = np.column_stack([evidence.expected, np.full(len(evidence.volumes), np.nan)])[:count]
    best = np.argsort(-parts, axis=1, kind="stable")[:, :MOST_REASONS]
    pick = {"observed": observed, "expected": expected, "contribution": parts}
    listed = {name: np.take_along_axis(a, best, axis=1).ravel() for name, a in pick.items()}
    long = pl.DataFrame({"feature": np.array(names)[best].ravel(), **listed})
    row = np.repeat(np.arange(count), best.shape[1])
    reasons = long.with_columns(pl.col(pl.Float64).fill_nan(None)).select(
        row=row, reason=pl.struct("feature", "observed", "expected", "contribution")
    )
    raised = pl.col("reason").struct.field("contribution") > 0
    told = reasons.group_by("row", maintain_order=True).agg(pl.col("reason").filter(raised))
    return told["reason"].cast(REASONS)
