"""From what rules found to the chance that a partner is confirmed: a sum, never a maximum."""

from __future__ import annotations

import math

import polars as pl

# One partner in fifty, until reviewed random audits say otherwise.
PRIOR = 0.02
# A family of rules sees one thing from several sides: it may move the odds by e³ ≈ 20 at most.
MOST_PER_FAMILY = 3.0
# From this many records on a finding counts in full.
FULL_EVIDENCE = 50


def partner_risk(
    evidence: pl.DataFrame, *, prior: float = PRIOR, most_per_family: float = MOST_PER_FAMILY
) -> pl.DataFrame:
    """`partner_id, risk, log_odds, reasons`, one row a partner of `evidence`, by partner_id.

    `evidence`: one row a partner and rule that was judged: `partner_id, rule_id, family, hits, n,
    llr`. `llr` is ln P(finding | confirmed) − ln P(finding | not), below 0 for what clears; `n`
    the records judged, `hits` those that hit (told, not computed with). A null n is an exact
    finding that no sample size weakens; a null llr is undetermined and says nothing.

    log_odds = ln(prior ÷ (1 − prior)) + Σ over families of (Σ llr × weight, at most
    ± `most_per_family`), weight = min(1, ln(1 + n) ÷ ln(51)); risk = 1 ÷ (1 + e^−log_odds).
    `reasons`: structs `family, rule_id, hits, n, contribution` with a contribution, the largest
    first; log_odds = prior's + Σ contributions: where a family is capped its rules share the cap.

    Raises ValueError for a prior that is not between 0 and 1.
    """
    if not 0 < prior < 1:
        raise ValueError(f"prior {prior} is no chance between 0 and 1")
    base = math.log(prior / (1 - prior))
    order = [pl.col("contribution"), pl.col("rule_id")]
    reason = pl.struct("family", "rule_id", "hits", "n", "contribution")
    says = pl.col("contribution") != 0
    return (
        evidence.with_columns(contribution=_weighted())
        .with_columns(contribution=_capped(most_per_family))
        .group_by("partner_id")
        .agg(
            log_odds=base + pl.col("contribution").sum(),
            reasons=reason.sort_by(order, descending=[True, False]).filter(
                says.sort_by(order, descending=[True, False])
            ),
        )
        .select(
            "partner_id",
            risk=1 / (1 + (-pl.col("log_odds")).exp()),
            log_odds="log_odds",
            reasons="reasons",
        )
        .sort("partner_id")
    )


def _weighted() -> pl.Expr:
    weight = ((pl.col("n") + 1).log() / math.log(FULL_EVIDENCE + 1)).clip(0.0, 1.0)
    return (pl.col("llr").cast(pl.Float64) * weight.fill_null(1.0)).fill_nan(None).fill_null(0.0)


def _capped(most: float) -> pl.Expr:
    """Contributions scaled down together where their family's sum exceeds `most`."""
    total = pl.col("contribution").sum().over("partner_id", "family")
    shrink = pl.when(total.abs() > most).then(most / total.abs()).otherwise(1.0)
    return pl.col("contribution") * shrink
