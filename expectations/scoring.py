"""Statistics that rules may bound: small partners' rates, pulled towards their peers."""

from __future__ import annotations

import polars as pl

# With fewer peers than this the spread between peers is noise, and the pooled rate is all there is.
LEAST_PEERS = 3
# A prior worth this many trials when the peers do not differ beyond chance.
STRONG_PRIOR = 1000.0


def shrink_rates(counts: pl.DataFrame, successes: str, trials: str) -> pl.DataFrame:
    """`counts` with `shrunk_rate` and `prior_trials`, by beta-binomial empirical Bayes.

    One row a partner; `successes` ≤ `trials`, both integers ≥ 0. The prior's mean is the pooled
    rate m and its weight K = m(1 − m) ÷ variance − 1 follows from the between-partner variance of
    the rates beyond binomial noise (method of moments, weighted by trials). A partner's shrunk
    rate is (successes + K·m) ÷ (trials + K). Null when nobody has a trial.
    """
    prior = _prior(counts, successes, trials)
    if prior is None:
        empty = pl.lit(None, pl.Float64)
        return counts.with_columns(shrunk_rate=empty, prior_trials=empty)
    mean, weight = prior
    shrunk = (pl.col(successes) + weight * mean) / (pl.col(trials) + weight)
    return counts.with_columns(shrunk_rate=shrunk, prior_trials=pl.lit(weight))


def _prior(counts: pl.DataFrame, successes: str, trials: str) -> tuple[float, float] | None:
    """(mean, weight in trials) of the beta prior, or None without any trial."""
    seen = counts.filter(pl.col(trials) > 0)
    total = int(seen[trials].sum())
    if not total:
        return None
    mean = int(seen[successes].sum()) / total
    noise = mean * (1 - mean)
    if seen.height < LEAST_PEERS or noise == 0:
        return mean, STRONG_PRIOR
    spread = _between_variance(seen, successes, trials, mean)
    if spread <= noise / (STRONG_PRIOR + 1):
        return mean, STRONG_PRIOR
    return mean, max(noise / spread - 1, 1.0)


def _between_variance(seen: pl.DataFrame, successes: str, trials: str, mean: float) -> float:
    """Weighted variance of the peers' rates less the part that binomial noise explains."""
    total = float(seen[trials].sum())
    rate = pl.col(successes) / pl.col(trials)
    observed = float(seen.select((pl.col(trials) * (rate - mean) ** 2).sum()).item())
    squares = float(seen.select((pl.col(trials) ** 2).sum()).item())
    noise = mean * (1 - mean) * (seen.height - 1)
    return max(0.0, (observed - noise) / (total - squares / total))
