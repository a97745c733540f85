"""What chance alone would do: tail probabilities, intervals, and many tests at once."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import polars as pl
from scipy.special import betainc, gammaln

from expectations.scoring.peers import Floats

LEAST_SHAPE = 1e-9


def wilson(successes: str, trials: str, confidence: float = 0.95) -> tuple[pl.Expr, pl.Expr]:
    """(lower, upper) bound of a share by Wilson's score interval; null without trials."""
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    n = pl.when(pl.col(trials) > 0).then(pl.col(trials).cast(pl.Float64))
    p = pl.col(successes) / n
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * (p * (1 - p) / n + z**2 / (4 * n**2)).sqrt()
    # Rounding must not carry a bound past a share.
    return (middle - half).clip(0.0, 1.0), (middle + half).clip(0.0, 1.0)


def dispersion(counts: pl.DataFrame, successes: str, trials: str) -> float | None:
    """Pearson's χ² over its degrees of freedom: 1 = partners differ by chance, more = beyond it.

    None with fewer than two partners, or when the pooled rate is 0 or 1.
    """
    seen = counts.filter(pl.col(trials) > 0)
    x, n = (seen[name].cast(pl.Float64).to_numpy() for name in (successes, trials))
    mean = x.sum() / n.sum() if len(n) > 1 else 0.0
    if mean in (0.0, 1.0):
        return None
    return float(((x - n * mean) ** 2 / (n * mean * (1 - mean))).sum() / (len(n) - 1))


def adjust_for_many(tests: pl.DataFrame, p_value: str, family: list[str]) -> pl.DataFrame:
    """`tests` with `q_value` by Benjamini–Hochberg within each `family` ([] = one for all).

    q is the share of false ones to expect among all hits when this one is the weakest of them. A
    null p is no test: it has no q and does not make the others' family larger.
    """
    groups = [pl.col(name) for name in family] or [pl.lit(0)]
    held = pl.col(p_value).count().over(groups)
    place = pl.col(p_value).rank("ordinal").over(groups)
    ordered = tests.with_row_index("_row").sort(p_value, descending=True, nulls_last=True)
    raw = (pl.col(p_value) * held / place).clip(0.0, 1.0)
    found = ordered.with_columns(_raw=raw).with_columns(
        q_value=pl.col("_raw").cum_min().over(groups)
    )
    return found.sort("_row").drop("_row", "_raw")


def rate_tail(successes: Floats, trials: Floats, mean: Floats | float, weight: float) -> Floats:
    """P(X ≥ successes) under the beta-binomial of this mean and weight, both 1-d arrays.

    One mean for all or one each. More successes than trials have the chance 0. Exact to about
    1e-12 for weights up to some thousands.
    """
    from_below = successes <= trials - successes
    first = np.where(from_below, 0, successes).astype(np.int64)
    length = np.where(from_below, successes, trials - successes + 1).astype(np.int64)
    means = np.broadcast_to(np.asarray(mean, dtype=np.float64), first.shape)
    row = np.repeat(np.arange(len(first)), length)
    within = np.arange(len(row)) - np.repeat(np.cumsum(length) - length, length)
    hits, size = (first[row] + within).astype(np.float64), trials[row]
    # A rate of exactly 0 or 1 has no beta distribution.
    alpha = np.maximum(means * weight, LEAST_SHAPE)[row]
    beta = np.maximum((1 - means) * weight, LEAST_SHAPE)[row]
    log = _log_beta(hits + alpha, size - hits + beta) - _log_beta(alpha, beta)
    choose = gammaln(size + 1) - gammaln(hits + 1) - gammaln(size - hits + 1)
    total = np.bincount(row, weights=np.exp(choose + log), minlength=len(first))
    return np.clip(np.where(from_below, 1 - total, total), 0.0, 1.0)


def count_tail(events: Floats, exposure: Floats, mean: float, weight: float) -> Floats:
    """P(X ≥ events) under the gamma-Poisson of this mean and weight (a negative binomial)."""
    some = np.maximum(events, 1.0)
    tail = betainc(some, mean * weight, exposure / (exposure + weight))
    return np.asarray(np.where(events > 0, tail, 1.0), dtype=np.float64)


def _log_beta(a: Floats | float, b: Floats | float) -> Floats:
    return np.asarray(gammaln(a) + gammaln(b) - gammaln(np.add(a, b)), dtype=np.float64)
