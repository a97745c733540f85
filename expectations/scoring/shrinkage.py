"""Small partners' rates pulled towards their peers: shares of trials, and events per exposure."""

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
    prior = fit_rates(counts, successes, trials)
    return _shrink(counts, successes, trials, prior).rename({"prior_weight": "prior_trials"})


def shrink_counts(counts: pl.DataFrame, events: str, exposure: str) -> pl.DataFrame:
    """`counts` with `shrunk_rate` and `prior_exposure`, by gamma-Poisson empirical Bayes.

    One row a partner; `events` ≥ 0 in `exposure` ≥ 0 (months, contracts, thousand yen), which
    need not bound them. The prior's mean is the pooled rate m, its weight b = m ÷ variance between
    partners beyond Poisson noise; the shrunk rate is (events + b·m) ÷ (exposure + b). Null when
    nobody has exposure.
    """
    prior = fit_counts(counts, events, exposure)
    return _shrink(counts, events, exposure, prior).rename({"prior_weight": "prior_exposure"})


def fit_rates(
    counts: pl.DataFrame, successes: str, trials: str, kept: float = 1.0
) -> tuple[float, float] | None:
    """(mean, weight in trials) of the beta prior, or None without any trial.

    `kept`: the share of the spread that is left in `counts`, when their highest were left out.
    """
    pooled = _pool(counts, successes, trials)
    if pooled is None:
        return None
    mean, seen = pooled
    noise = mean * (1 - mean)
    spread = _between_variance(seen, mean, noise, kept)
    if noise == 0 or spread <= noise / (STRONG_PRIOR + 1):
        return mean, STRONG_PRIOR
    return mean, max(noise / spread - 1, 1.0)


def fit_counts(
    counts: pl.DataFrame, events: str, exposure: str, kept: float = 1.0
) -> tuple[float, float] | None:
    """(mean, weight in units of exposure) of the gamma prior, or None without any exposure.

    A weight is as strong as `STRONG_PRIOR` expected events when the peers differ by chance only.
    `kept` as in `fit_rates`.
    """
    pooled = _pool(counts, events, exposure)
    if pooled is None:
        return None
    mean, seen = pooled
    spread = _between_variance(seen, mean, mean, kept)
    if mean == 0:
        return mean, STRONG_PRIOR
    strongest = STRONG_PRIOR / mean
    return mean, min(mean / spread, strongest) if spread > 0 else strongest


def _pool(counts: pl.DataFrame, hits: str, size: str) -> tuple[float, pl.DataFrame] | None:
    """(pooled rate, `hits` and `size` of those with any), or None when nobody has."""
    both = (
        pl.col(name).cast(pl.Float64).alias(to) for name, to in ((hits, "hits"), (size, "size"))
    )
    seen = counts.select(both).filter(pl.col("size") > 0, pl.col("hits").is_not_null())
    return (float(seen["hits"].sum()) / float(seen["size"].sum()), seen) if seen.height else None


def _between_variance(seen: pl.DataFrame, mean: float, noise: float, kept: float) -> float:
    """Weighted variance of the peers' rates less what chance explains (`noise` ÷ size a peer)."""
    if seen.height < LEAST_PEERS:
        return 0.0
    total = float(seen["size"].sum())
    observed = float((seen["size"] * (seen["hits"] / seen["size"] - mean) ** 2).sum())
    squares = float((seen["size"] ** 2).sum())
    return max(0.0, (observed / kept - noise * (seen.height - 1)) / (total - squares / total))


def _shrink(
    counts: pl.DataFrame, hits: str, size: str, prior: tuple[float, float] | None
) -> pl.DataFrame:
    if prior is None:
        empty = pl.lit(None, pl.Float64)
        return counts.with_columns(shrunk_rate=empty, prior_weight=empty)
    mean, weight = prior
    shrunk = (pl.col(hits) + weight * mean) / (pl.col(size) + weight)
    return counts.with_columns(shrunk_rate=shrunk, prior_weight=pl.lit(weight))
