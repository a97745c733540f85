"""Which partners' rates stand out of their peers', with the guilty kept out of the yardstick."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from expectations.scoring.chance import adjust_for_many, count_tail, rate_tail, wilson
from expectations.scoring.peers import Floats
from expectations.scoring.shrinkage import LEAST_PEERS, fit_counts, fit_rates

Prior = tuple[float, float]
Fit = Callable[[pl.DataFrame, str, str, float], Prior | None]
Tail = Callable[[Floats, Floats, float, float], Floats]

# Among hits at most this share is expected to be chance.
FALSE_SHARE = 0.05
LEAST_TRIALS = 20
# Peers without any event are read as having had half a one.
LEAST_EVENTS = 0.5
# Refits stop when the same partners stand out again; two sets taking turns would go on for ever.
MOST_REFITS = 10
# The first prior is fitted without the fifth of the partners that stands highest: had the guilty a
# say in it, a tenth of them would hide each other. What a normal distribution cut there keeps of
# its variance makes up for the honest ones among them.
HIGHEST = 0.2
VARIANCE_KEPT = 0.583
RESULT = ("peer_rate", "shrunk_rate", "p_value", "q_value", "outcome")


@dataclass(frozen=True)
class Screen:
    """The columns of hits and of what they are out of, the least of it, and the distribution."""

    hits: str
    size: str
    least: float
    fit: Fit
    tail: Tail


def screen_rates(
    counts: pl.DataFrame, successes: str, trials: str, least: int = LEAST_TRIALS
) -> pl.DataFrame:
    """`counts` with `RESULT`, `rate_low` and `rate_high` (Wilson, 95 %). One row a partner.

    `p_value`: chance of so high a share under the peers' beta-binomial; `q_value` after
    Benjamini–Hochberg; `outcome`: hit (q ≤ `FALSE_SHARE`), clear, or undetermined (fewer than
    `least` trials, or nobody to compare with). Partners that stand out are left out of the prior,
    which is then fitted again. Null numbers where undetermined, but for the shrunk rate.
    """
    low, high = wilson(successes, trials)
    found = _screen(counts, Screen(successes, trials, least, fit_rates, rate_tail))
    return found.with_columns(rate_low=low, rate_high=high)


def screen_counts(
    counts: pl.DataFrame, events: str, exposure: str, least: float = LEAST_TRIALS
) -> pl.DataFrame:
    """As `screen_rates` for events per exposure (gamma-Poisson), without an interval."""
    return _screen(counts, Screen(events, exposure, least, fit_counts, count_tail))


def _screen(counts: pl.DataFrame, how: Screen) -> pl.DataFrame:
    out = _highest(counts, how)
    found = _judge(counts, out, how, VARIANCE_KEPT)
    for _ in range(MOST_REFITS):
        stands_out = found["outcome"] == "hit"
        if (stands_out == out).all():
            break
        out = stands_out
        found = _judge(counts, out, how)
    return found


def _highest(counts: pl.DataFrame, how: Screen) -> pl.Series:
    """The `HIGHEST` share of those with any trial, by excess over chance and ordinary spread."""
    prior = how.fit(counts, how.hits, how.size, 1.0)
    if prior is None:
        return pl.repeat(False, counts.height, eager=True)
    mean, weight = prior
    size = pl.col(how.size)
    excess = (pl.col(how.hits) - size * mean) / (size * (1 + size / weight)).sqrt()
    place = counts.select(pl.when(size > 0).then(excess).rank("ordinal", descending=True))
    places = place.to_series()
    return (places <= int(places.count() * HIGHEST)).fill_null(False)


def _judge(counts: pl.DataFrame, out: pl.Series, how: Screen, kept: float = 1.0) -> pl.DataFrame:
    """Everybody against the prior of those not `out`."""
    peers = counts.filter(~out, pl.col(how.size) > 0)
    prior = how.fit(peers, how.hits, how.size, kept)
    if prior is None or peers.height < LEAST_PEERS:
        none = {name: pl.lit(None, pl.Float64) for name in RESULT[:-1]}
        return counts.with_columns(**none, outcome=pl.lit("undetermined"))
    mean, weight = prior
    total = float(peers[how.size].sum())
    # The peers' own rate is known from `total` only: what none of them did is rare, not impossible.
    least_mean, known_weight = max(mean, LEAST_EVENTS / total), 1 / (1 / weight + 1 / total)
    hits, size = pl.col(how.hits), pl.col(how.size)
    x, n = (counts[name].cast(pl.Float64).fill_null(0).to_numpy() for name in (how.hits, how.size))
    enough = (size >= how.least) & hits.is_not_null()
    tested = counts.with_columns(
        peer_rate=pl.when(enough).then(pl.lit(mean)),
        shrunk_rate=(hits + weight * mean) / (size + weight),
        p_value=pl.when(enough).then(pl.Series(how.tail(x, n, least_mean, known_weight))),
    )
    outcome = pl.when(pl.col("q_value") <= FALSE_SHARE).then(pl.lit("hit"))
    known = outcome.when(pl.col("q_value").is_not_null()).then(pl.lit("clear"))
    adjusted = adjust_for_many(tested, "p_value", [])
    return adjusted.with_columns(outcome=known.otherwise(pl.lit("undetermined")))
