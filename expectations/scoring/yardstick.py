"""What an ordinary partner would have had: the peers' rates, and how far honest ones differ.

Fitted twice. First nobody counts as farther off than the farthest of so many honest partners is;
then those beyond that are left out. Leaving out whoever is accused, again and again, does not do
instead: several guilty ones hide each other until all are left out, and where cases are rare the
next ones then look as odd.
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import polars as pl

from expectations.scoring.chance import rate_tail
from expectations.scoring.peers import LEAST_PEERS, Floats
from expectations.scoring.spread import fit_weight, usual_weight

# With fewer peers than this the next wider circle is asked.
ENOUGH_PEERS = 30
CIRCLES = (
    ("product_id", "partner_kind", "rank"),
    ("product_id", "partner_kind"),
    ("product_id",),
    (),
)
# Peers without a hit are read as having had half a one, in as many trials as everybody has for it.
HALF = 0.5
MOST_REFITS = 10
# Refits stop when the weight moves by less than this share.
SAME = 0.01


def hold_against_peers(trials: pl.DataFrame) -> tuple[pl.DataFrame, float | None]:
    """(one row a partner, the weight of their prior in trials) of the trials of one measure.

    Rows: partner_id, measure, hits, size, expected (the peers' rate for its products, itself left
    out), peer_count, evidence. The weight is None with fewer than `LEAST_PEERS` partners.
    """
    partners = _against(trials.with_columns(counted=pl.col("hits"), telling=1.0))
    if partners.height < LEAST_PEERS:
        return partners, None
    weight = usual_weight(*counts(partners)[1:])
    for _ in range(MOST_REFITS):
        partners = _against(_limited(trials, partners, weight))
        before, weight = weight, fit_weight(*counts(partners, "counted"))
        if abs(weight - before) <= SAME * before:
            break
    hits, size, means = counts(partners)
    low = 1 - rate_tail(hits + 1, size, means, weight)
    ordinary = np.minimum(rate_tail(hits, size, means, weight), low) >= _farthest(partners)
    if not ordinary.any():
        return partners, weight
    telling = pl.Series(_telling(size, weight) * ordinary)
    left = partners.select("partner_id", telling=telling)
    joined = trials.join(left, on="partner_id", how="left", maintain_order="left")
    partners = _against(joined.with_columns(counted=pl.col("hits")))
    spread = 1 / (fit_weight(*(each[ordinary] for each in counts(partners))) + 1)
    return partners, _kept(partners) / spread - 1


def counts(partners: pl.DataFrame, hits: str = "hits") -> tuple[Floats, Floats, Floats]:
    """Hits, size and expected rate, one element a partner."""
    x, n, means = (
        partners[name].cast(pl.Float64).to_numpy() for name in (hits, "size", "expected")
    )
    return x, n, means


def _farthest(partners: pl.DataFrame) -> float:
    """The chance that the farthest honest one has at either end: half a partner lies beyond."""
    return 0.5 / partners.height


def _kept(partners: pl.DataFrame) -> float:
    """What a normal distribution keeps of its variance without those beyond the farthest: 89 % for
    sixty partners, 97 % for three hundred."""
    beyond, normal = _farthest(partners), NormalDist()
    farthest = normal.inv_cdf(1 - beyond)
    return 1 - 2 * farthest * normal.pdf(farthest) / (1 - 2 * beyond)


def _telling(size: Floats, weight: float) -> Floats:
    """How much each of so many trials of one partner tells of its kind; 1 where all are alike."""
    return (weight + 1) / (weight + size)


def _limited(trials: pl.DataFrame, partners: pl.DataFrame, weight: float) -> pl.DataFrame:
    """Trials with the hits that are `counted`: within 2.4 deviations of what an ordinary partner of
    this size has for sixty partners, 2.9 for three hundred."""
    hits, size, means = counts(partners)
    usual = size * means
    deviation = np.sqrt(usual * (1 - means) / _telling(size, weight))
    farthest = NormalDist().inv_cdf(1 - _farthest(partners)) * deviation
    limits = partners.select(
        "partner_id",
        all_hits="hits",
        all_size="size",
        limit=pl.Series(np.clip(hits, np.maximum(usual - farthest, 0), usual + farthest)),
        telling=pl.Series(_telling(size, weight)),
    )
    limit, hit, tried = pl.col("limit"), pl.col("hits"), pl.col("size")
    fewer = hit * limit / pl.col("all_hits")
    more = hit + (limit - pl.col("all_hits")) * tried / pl.col("all_size")
    joined = trials.join(limits, on="partner_id", how="left", maintain_order="left")
    return joined.with_columns(
        counted=pl.when(limit < pl.col("all_hits")).then(fewer).otherwise(more)
    )


def _against(rows: pl.DataFrame) -> pl.DataFrame:
    """One row a partner: its sums, beside the rate of the narrowest circle with enough peers."""
    everybody = _told("counted", ()) + HALF, _told("size", ()) + 2 * HALF
    rows = rows.with_columns(of_all=everybody[0] / everybody[1])
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
            pl.col("hits", "counted").sum(),
            size.sum(),
            expected=(pl.col("rate") * size).sum() / size.sum(),
            peer_count=pl.col("count").min(),
            evidence=pl.col("source_rows").filter(pl.col("source_rows") != "").str.join(";"),
        )
        .sort("partner_id")
    )


def _circle(circle: tuple[str, ...], place: int) -> tuple[pl.Expr, pl.Expr]:
    """(rate, number) of the others in this circle that tell anything."""
    peers = pl.when(pl.col("telling") > 0).then(pl.col("partner_id"))
    number = peers.drop_nulls().n_unique().over(_keys(circle)) - (pl.col("telling") > 0).cast(
        pl.Int64
    )
    # a mean that is known, not one that chance could have made 0 or 1
    hits, size = _told("counted", circle) + HALF, _told("size", circle) + HALF / pl.col("of_all")
    return (hits / size).alias(f"rate_{place}"), number.alias(f"peers_{place}")


def _told(name: str, circle: tuple[str, ...]) -> pl.Expr:
    """The sum of what the others in this circle tell."""
    told, keys = pl.col(name) * pl.col("telling"), _keys(circle)
    return told.sum().over(keys) - told.sum().over([*keys, "partner_id"])


def _keys(circle: tuple[str, ...]) -> list[pl.Expr]:
    return [pl.col(name).fill_null("") for name in circle] or [pl.lit(0)]
