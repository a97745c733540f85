"""Outcomes of the volume rules (`marts/`) → pass, warn or fail, for the gate before publication."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from expectations.evaluation import Evaluation
from expectations.rule import Rule

PASS, WARN, FAIL = "pass", "warn", "fail"
_ABOUT = {
    "rule_id": pl.String(),
    "is_critical": pl.Boolean(),
    "bound": pl.String(),
    "title_ja": pl.String(),
    "title_en": pl.String(),
}


def gates(evaluation: Evaluation, rules: Sequence[Rule]) -> pl.DataFrame:
    """One row a rule: rule_id, status, observed_value, bound, title_ja, title_en, error.

    A critical rule that is broken, and any rule that could not be evaluated, fails; a rule that
    is broken but not critical, or undetermined, warns. Failing means: do not publish.
    """
    about = pl.DataFrame(
        [
            (rule.id, rule.severity == "critical", rule.bound, rule.title["ja"], rule.title["en"])
            for rule in rules
        ],
        schema=_ABOUT,
        orient="row",
    )
    observed = evaluation.outcomes.group_by("rule_id").agg(pl.col("observed_value").first())
    broken = pl.col("hit_count") > 0
    status = (
        pl.when(pl.col("error").is_not_null() | (broken & pl.col("is_critical")))
        .then(pl.lit(FAIL))
        .when(broken | (pl.col("undetermined_count") > 0))
        .then(pl.lit(WARN))
        .otherwise(pl.lit(PASS))
    )
    judged = evaluation.summary.join(about, on="rule_id").join(observed, on="rule_id", how="left")
    columns = ("observed_value", "bound", "title_ja", "title_en", "error")
    return judged.select("rule_id", status.alias("status"), *columns).sort("rule_id")


def rule_volumes(outcomes: pl.DataFrame) -> pl.DataFrame:
    """The one-row frame that `marts/flags.yml` judges, from all `rule_outcomes` of a night.

    Columns: mart, rule_count, failed_rule_count, blind_rule_count (rules that saw subjects but
    could say nothing about any of them), alarm_rule_count (out of line with their own nights).
    """
    said = pl.col("hit_count") + pl.col("clear_count")
    return outcomes.select(
        pl.lit("flags").alias("mart"),
        pl.len().cast(pl.Int64).alias("rule_count"),
        pl.col("error").is_not_null().sum().cast(pl.Int64).alias("failed_rule_count"),
        ((said == 0) & (pl.col("undetermined_count") > 0))
        .sum()
        .cast(pl.Int64)
        .alias("blind_rule_count"),
        pl.col("alarm").is_not_null().sum().cast(pl.Int64).alias("alarm_rule_count"),
    )
