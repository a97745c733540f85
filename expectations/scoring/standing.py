"""Where partners stand among peers that sell the same: shares, intervals, chances.

A partner is held against what its peers would have had with its own mix of products (indirect
standardisation), never against a plain average: who sells a product that everybody cancels does
not stand out for it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import polars as pl
from scipy.special import betaincinv

from expectations.flags import SCORE_NUMBERS, STANDING_SCHEMA
from expectations.scoring.chance import adjust_for_many, rate_tail
from expectations.scoring.peers import Floats
from expectations.scoring.screening import FALSE_SHARE, LEAST_TRIALS
from expectations.scoring.yardstick import counts, hold_against_peers

# Who stands out is none of its peers' kind: its estimate is pulled towards theirs by no more than
# this many deviations of chance (the limited translation of Efron and Morris).
FARTHEST_PULL = 1.0
INTERVAL = (0.025, 0.975)

TRIALS_SCHEMA = {
    "partner_id": pl.String(),
    "measure": pl.String(),
    "product_id": pl.String(),
    "partner_kind": pl.String(),
    "rank": pl.String(),
    "hits": pl.Int64(),
    "size": pl.Int64(),
    "source_rows": pl.String(),
}


def stand_among_peers(
    trials: pl.DataFrame, families: Mapping[str, str], asked: Collection[str] | None = None
) -> pl.DataFrame:
    """One row a partner and measure (`STANDING_SCHEMA`), by measure and partner_id.

    `trials`: `TRIALS_SCHEMA`, one row a partner × measure × product, 0 ≤ hits ≤ size.
    `families`: measure → family; tests of one family are corrected together (Benjamini–Hochberg).
    `asked`: the tests that somebody reads, as `<measure>_q`; None = all. One that nobody reads
    makes no family larger and is corrected within its measure.

    expected: the peers' rate for this partner's products, itself left out; peers are those of the
    same product × kind × rank, or of the narrowest wider circle with 30 of them. ratio: the rate,
    shrunk towards it by the measure's beta-binomial (who stands out: by `FARTHEST_PULL` at most),
    ÷ expected, with its 95 % credible bounds.
    q, q_low: chance of a share so high, so low. place: share of the others whose ratio is lower,
    without those that stand out.
    Numbers but hits, size and rate are null below 20 trials or with fewer than 8 partners.
    """
    held = trials.filter(pl.col("size") > 0).sort("measure", "partner_id", "product_id")
    found = [_judged(*hold_against_peers(part)) for part in held.partition_by("measure")]
    told = pl.concat([_nothing(), *found])
    adjusted = told
    for p_value, q_value in (("p_value", "q"), ("p_low", "q_low")):
        held_in = {
            measure: family
            for measure, family in families.items()
            if asked is None or f"{measure}_{q_value}" in asked
        }
        family = pl.col("measure").replace_strict(held_in, default=pl.col("measure"))
        tests = adjusted.with_columns(family=family)
        adjusted = adjust_for_many(tests, p_value, ["family"]).rename({"q_value": q_value})
    return adjusted.select(
        pl.col(name).cast(dtype) for name, dtype in STANDING_SCHEMA.items()
    ).sort("measure", "partner_id")


def widen(
    standing: pl.DataFrame, partner_ids: pl.Series, measures: Mapping[str, str]
) -> pl.DataFrame:
    """One row a partner of `partner_ids`, columns `<measure>_<number>` and `<measure>_evidence`.

    Every measure has its columns, also one without a row: a rule must never miss its input.
    """
    wide = pl.DataFrame({"partner_id": partner_ids})
    for measure in measures:
        of_measure = standing.filter(pl.col("measure") == measure).select(
            "partner_id",
            *(
                pl.col(name).alias(f"{measure}_{name}")
                for name in (*SCORE_NUMBERS, "peer_count", "evidence")
            ),
        )
        wide = wide.join(of_measure, on="partner_id", how="left", maintain_order="left")
    return wide


def _judged(partners: pl.DataFrame, weight: float | None) -> pl.DataFrame:
    """All numbers but q."""
    nothing = dict.fromkeys(_NUMBERS_MADE, np.full(partners.height, np.nan))
    numbers = nothing if weight is None else _numbers(partners, weight)
    enough = (pl.col("size") >= LEAST_TRIALS) & pl.lit(weight is not None)
    told = partners.with_columns(
        rate=pl.col("hits") / pl.col("size"),
        **{name: pl.Series(values, nan_to_null=True) for name, values in numbers.items()},
    ).with_columns(pl.when(enough).then(pl.col("expected", *_NUMBERS_MADE)))
    placed = told.with_columns(place=_places(told["ratio"], ~_stands_out(told)))
    return placed.select(pl.col(name).cast(dtype) for name, dtype in _JUDGED.items())


def _stands_out(partners: pl.DataFrame) -> pl.Series:
    """By this measure alone, at either end."""
    for p_value in ("p_value", "p_low"):
        adjusted = adjust_for_many(partners, p_value, [])
        partners = partners.with_columns(adjusted["q_value"].alias(f"{p_value}_alone"))
    beyond = pl.min_horizontal("p_value_alone", "p_low_alone") <= FALSE_SHARE
    return partners.select(beyond.fill_null(False)).to_series()


def _places(ratio: pl.Series, is_peer: pl.Series) -> pl.Series:
    """Share of the others, without those that stand out, whose ratio is lower; null without any."""
    held = np.sort(ratio.filter(is_peer).drop_nulls().to_numpy())
    lower = pl.Series(np.searchsorted(held, ratio.to_numpy(), side="left"))
    others = len(held) - is_peer.cast(pl.Int64)
    share = lower / others
    return pl.select(pl.when(ratio.is_not_null() & (others > 0)).then(share)).to_series()


def _numbers(partners: pl.DataFrame, weight: float) -> dict[str, Floats]:
    x, n, mean = counts(partners)
    # The peers' rate is itself only known from their trials.
    known = 1 / (1 / weight + 1 / max(float(n.sum()), 1.0))
    high, low = rate_tail(x, n, mean, known), 1 - rate_tail(x + 1, n, mean, known)
    chances = partners.with_columns(p_value=pl.Series(high), p_low=pl.Series(low))
    pull = np.where(_stands_out(chances), _pulled(known, x, n, mean), known)
    a, b = x + mean * pull, n - x + (1 - mean) * pull
    least, most = (betaincinv(a, b, chance) for chance in INTERVAL)
    return {
        "ratio": a / (a + b) / mean,
        "ratio_low": least / mean,
        "ratio_high": most / mean,
        "p_value": high,
        "p_low": low,
    }


def _pulled(weight: float, x: Floats, n: Floats, mean: Floats) -> Floats:
    """The prior's weight for each partner: less where it would pull past `FARTHEST_PULL`.

    A weight w moves a rate that is d off its expectation by d × w ÷ (n + w).
    """
    farthest = FARTHEST_PULL * np.sqrt(mean * (1 - mean) / n)
    beyond = np.abs(x / n - mean) - farthest
    most = n * farthest / np.where(beyond > 0, beyond, np.inf)
    limited: Floats = np.where(beyond > 0, np.minimum(weight, most), weight)
    return limited


_NUMBERS_MADE = ("ratio", "ratio_low", "ratio_high", "p_value", "p_low")
_JUDGED = {
    "partner_id": pl.String(),
    "measure": pl.String(),
    "hits": pl.Float64(),
    "size": pl.Float64(),
    "rate": pl.Float64(),
    "expected": pl.Float64(),
    **dict.fromkeys(_NUMBERS_MADE, pl.Float64()),
    "place": pl.Float64(),
    "peer_count": pl.Int64(),
    "evidence": pl.String(),
}


def _nothing() -> pl.DataFrame:
    return pl.DataFrame(schema=_JUDGED)
