"""Commission terms and bands no clerk could pay by (DOMAIN §5, "refused at the door").

Here stands what depends on several columns or rows; limits of one column are in `bounds.py`.
"""

from __future__ import annotations

import polars as pl

from ingestion.entities import STAGES
from ingestion.tables import PROBLEM_SCHEMA, problems

_BEFORE_ONBOARDING = STAGES[: STAGES.index("onboarding")]


def senseless_terms(terms: pl.DataFrame) -> pl.DataFrame:
    """Failures (`PROBLEM_SCHEMA`) of commission_terms rows; a row may fail in several ways."""
    is_rate = pl.col("basis") == "rate"
    is_clawed_back = pl.col("clawback_method").fill_null("none") != "none"
    has_evidence = pl.col("required_evidence").is_not_null()
    early = pl.col("stage").is_in(_BEFORE_ONBOARDING)
    by_amount = (pl.col("tier_measure") == "amount") & (pl.col("tier_mode") == "marginal")
    linear = pl.col("clawback_method") == "linear"
    bad = {
        ("base_amount", "rate_without_base"): is_rate & pl.col("base_amount").is_null(),
        ("base_amount", "event_base_too_early"): early & (pl.col("base_amount") == "event"),
        ("stage", "lead_term_not_plain"): (pl.col("stage") == "lead")
        & (is_rate | has_evidence | is_clawed_back),
        ("clawback_months", "linear_without_months"): linear & pl.col("clawback_months").is_null(),
        ("tier_measure", "fixed_amount_tiers"): by_amount & is_rate.not_(),
    }
    return _failures(terms, bad)


def senseless_tiers(tiers: pl.DataFrame, terms: pl.DataFrame) -> pl.DataFrame:
    """Failures of commission_tiers rows, by all known bands and terms (`tiers` holds both old and
    new rows; the new ones have `_is_new`)."""
    basis = terms.select("term_id", "basis").unique("term_id", keep="last", maintain_order=True)
    known = tiers.join(basis, on="term_id", how="left", maintain_order="left")
    bad = {
        ("from_value", "first_tier_not_zero"): pl.col("from_value").min().over("term_id") != 0,
        ("fixed_yen", "band_price_mismatch"): (pl.col("basis") == "fixed")
        & (pl.col("fixed_yen").is_null() | pl.col("rate").is_not_null()),
        ("rate", "band_price_mismatch"): (pl.col("basis") == "rate")
        & (pl.col("rate").is_null() | pl.col("fixed_yen").is_not_null()),
    }
    return _failures(known, bad, pl.col("_is_new"))


def _failures(
    rows: pl.DataFrame, bad: dict[tuple[str, str], pl.Expr], among: pl.Expr | None = None
) -> pl.DataFrame:
    judged = pl.lit(True) if among is None else among
    buried = pl.col("is_deleted").fill_null(False)
    found = [
        problems(rows, column, pl.when(test & judged & buried.not_()).then(pl.lit(code)))
        for (column, code), test in bad.items()
    ]
    return pl.concat([pl.DataFrame(schema=PROBLEM_SCHEMA), *found])
