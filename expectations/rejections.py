"""Outcomes of the upload rules → which rows a partner gets back, and why."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from expectations.evaluation import HIT, Evaluation
from expectations.rule import Rule

REJECTION_SCHEMA: dict[str, pl.DataType] = {
    "subject_id": pl.String(),
    "column_name": pl.String(),
    "value": pl.String(),
    "reason_code": pl.String(),
    "reason_ja": pl.String(),
    "reason_en": pl.String(),
}


def rejections(evaluation: Evaluation, rules: Sequence[Rule]) -> pl.DataFrame:
    """One row a broken rule × row (`REJECTION_SCHEMA`); the rule id is the reason code.

    Undetermined rows are not rejected: an empty optional cell is no fault. A rule that failed to
    run rejects nothing either; look at `evaluation.summary` for its error.
    """
    reasons = pl.DataFrame(
        [(rule.id, rule.column, rule.reason["ja"], rule.reason["en"]) for rule in rules],
        schema=dict.fromkeys(("rule_id", "column_name", "reason_ja", "reason_en"), pl.String()),
        orient="row",
    )
    broken = evaluation.outcomes.filter(pl.col("outcome") == HIT)
    found = broken.join(reasons, on="rule_id", how="inner")
    return found.select(
        "subject_id",
        "column_name",
        value="observed_value",
        reason_code="rule_id",
        reason_ja="reason_ja",
        reason_en="reason_en",
    ).sort("subject_id", "reason_code")
