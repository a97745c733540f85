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
from expectations.scoring.peers import LEAST_PEERS, Floats
from expectations.scoring.screening import (
    FALSE_SHARE,
    HIGHEST,
    LEAST_TRIALS,
    MOST_REFITS,
    VARIANCE_KEPT,
)
from expectations.scoring.shrinkage import STRONG_PRIOR

# With fewer peers than this the next wider circle is asked.
ENOUGH_PEERS = 30
CIRCLES = (
    ("product_id", "partner_kind", "rank"),
    ("product_id", "partner_kind"),
    ("product_id",),
    (),
)
# Peers without any hit are read as having had half a one, and half a miss.
HALF = 0.5
# The widest prior: partners that differ as much as a uniform distribution of rates.
LEAST_WEIGHT = 2.0
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
    q, q_low: chance of a share so high, so low. place: share of all others whose ratio is lower.
    Numbers but hits, size and rate are null below 20 trials or with fewer than 8 partners.
    """
    held = trials.filter(pl.col("size") > 0).sort("measure", "partner_id", "product_id")
    found = [_stand(part) for part in held.partition_by("measure")]
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


def _stand(trials: pl.DataFrame) -> pl.DataFrame:
    """One measure, its outstanding partners left out of the yardstick of all others."""
    partners = _against(trials, out=[])
    if partners.height < LEAST_PEERS:
        return _judged(partners, weight=None, out=[])
    out = _highest(partners)
    found = _judge(trials, out, VARIANCE_KEPT)
    for _ in range(MOST_REFITS):
        beyond = pl.min_horizontal("alone", "alone_low") <= FALSE_SHARE
        stands_out = found.filter(beyond)["partner_id"].to_list()
        if stands_out == out:
            break
        out = stands_out
        found = _judge(trials, out)
    return found


def _judge(trials: pl.DataFrame, out: list[str], kept: float = 1.0) -> pl.DataFrame:
    partners = _against(trials, out)
    peers = partners.filter(~pl.col("partner_id").is_in(out))
    return _judged(partners, _weight(peers, kept), out)


def _against(trials: pl.DataFrame, out: list[str]) -> pl.DataFrame:
    """One row a partner: hits, size, expected (a rate), peer_count, evidence."""
    rows = trials.with_columns(is_peer=~pl.col("partner_id").is_in(out))
    for place, circle in enumerate(CIRCLES):
        rows = rows.with_columns(*_circle(circle, place))
    rate, count = (
        pl.coalesce(
            *(
                pl.when(pl.col(f"peers_{place}") >= ENOUGH_PEERS).then(f"{name}_{place}")
                for place in range(len(CIRCLES))
            ),
            f"{name}_{len(CIRCLES) - 1}",
        )
        for name in ("rate", "peers")
    )
    size = pl.col("size")
    return (
        rows.with_columns(rate=rate, count=count)
        .group_by("partner_id", "measure")
        .agg(
            pl.col("hits").sum(),
            size.sum(),
            expected=(pl.col("rate") * size).sum() / size.sum(),
            peer_count=pl.col("count").min(),
            evidence=pl.col("source_rows").filter(pl.col("source_rows") != "").str.join(";"),
        )
        .sort("partner_id")
    )


def _circle(circle: tuple[str, ...], place: int) -> tuple[pl.Expr, pl.Expr]:
    """(rate, number) of the other peers in this circle."""
    keys = [pl.col(name).fill_null("") for name in circle] or [pl.lit(0)]
    counted = {
        name: pl.when("is_peer").then(pl.col(name)).otherwise(0) for name in ("hits", "size")
    }
    hits, size = (
        counted[name].sum().over(keys) - counted[name].sum().over([*keys, "partner_id"])
        for name in ("hits", "size")
    )
    partners = pl.when("is_peer").then(pl.col("partner_id"))
    number = partners.drop_nulls().n_unique().over(keys) - pl.col("is_peer").cast(pl.Int64)
    # a mean that is known, not one that chance could have made 0 or 1
    rate = (hits + HALF) / (size + 2 * HALF)
    return rate.alias(f"rate_{place}"), number.alias(f"peers_{place}")


def _highest(partners: pl.DataFrame) -> list[str]:
    """The highest fifth by excess over expectation, in ordinary deviations of chance."""
    size, mean = pl.col("size"), pl.col("expected")
    excess = (pl.col("hits") - size * mean) / (size * mean * (1 - mean)).sqrt()
    first = partners.sort(excess, "partner_id", descending=[True, False])
    return sorted(first["partner_id"][: int(partners.height * HIGHEST)].to_list())


def _weight(peers: pl.DataFrame, kept: float) -> float:
    """The prior's weight in trials, from the spread of the peers beyond chance (moments).

    Var(hits) = n m (1 − m) (1 + (n − 1) ρ) with ρ = 1 ÷ (weight + 1).
    """
    x, n, m = (peers[name].cast(pl.Float64).to_numpy() for name in ("hits", "size", "expected"))
    squares = float(((x - n * m) ** 2 / (n * m * (1 - m))).sum()) / kept
    more = float((n - 1).sum())
    spread = (squares - len(x)) / more if more else 0.0
    return float(np.clip(1 / max(spread, 1e-9) - 1, LEAST_WEIGHT, STRONG_PRIOR))


def _judged(partners: pl.DataFrame, weight: float | None, out: list[str]) -> pl.DataFrame:
    """All numbers but q, and the q of this measure alone (`alone`, `alone_low`)."""
    told = partners.with_columns(rate=pl.col("hits") / pl.col("size"))
    enough = pl.col("size") >= LEAST_TRIALS
    if weight is None:
        numbers = {name: np.full(partners.height, np.nan) for name in _NUMBERS_MADE}
    else:
        numbers = _numbers(partners, weight, out)
    made = told.with_columns(
        **{
            name: pl.when(enough).then(pl.Series(values, nan_to_null=True))
            for name, values in numbers.items()
        },
        expected=pl.when(enough & pl.lit(weight is not None)).then("expected"),
    )
    others = pl.col("ratio").count() - 1
    placed = made.with_columns(
        place=pl.when(others > 0).then((pl.col("ratio").rank("min") - 1) / others)
    )
    for p_value, alone in (("p_value", "alone"), ("p_low", "alone_low")):
        placed = adjust_for_many(placed, p_value, []).rename({"q_value": alone})
    return placed.select(pl.col(name).cast(dtype) for name, dtype in _JUDGED.items())


def _numbers(partners: pl.DataFrame, weight: float, out: list[str]) -> dict[str, Floats]:
    x, n, mean = (
        partners[name].cast(pl.Float64).to_numpy() for name in ("hits", "size", "expected")
    )
    # The peers' rate is itself only known from their trials.
    known = 1 / (1 / weight + 1 / max(float(n.sum()), 1.0))
    stands_out = partners["partner_id"].is_in(out).to_numpy()
    pull = np.where(stands_out, _limited(known, x, n, mean), known)
    a, b = x + mean * pull, n - x + (1 - mean) * pull
    low, high = (betaincinv(a, b, chance) for chance in INTERVAL)
    return {
        "ratio": a / (a + b) / mean,
        "ratio_low": low / mean,
        "ratio_high": high / mean,
        "p_value": rate_tail(x, n, mean, known),
        "p_low": 1 - rate_tail(x + 1, n, mean, known),
    }


def _limited(weight: float, x: Floats, n: Floats, mean: Floats) -> Floats:
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
    "alone": pl.Float64(),
    "alone_low": pl.Float64(),
    "peer_count": pl.Int64(),
    "evidence": pl.String(),
}


def _nothing() -> pl.DataFrame:
    return pl.DataFrame(schema=_JUDGED)
