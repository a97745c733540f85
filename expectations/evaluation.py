"""What judging yields: outcomes a subject and a summary a rule, as frames."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from expectations.kleene import derive
from expectations.rule import Rule

HIT, CLEAR, UNDETERMINED = "hit", "clear", "undetermined"
OUTCOMES = {
    "rule_id": pl.String(),
    "subject_id": pl.String(),
    "outcome": pl.String(),
    "observed_value": pl.String(),
}
SUMMARY = {
    "rule_id": pl.String(),
    "rule_version": pl.String(),
    "hit_count": pl.Int64(),
    "clear_count": pl.Int64(),
    "undetermined_count": pl.Int64(),
    "error": pl.String(),
}


class EvaluationError(RuntimeError):
    """A rule was not evaluated, which is never a pass."""


@dataclass(frozen=True)
class Evaluation:
    """`outcomes`: one row a hit or undetermined subject (`OUTCOMES`); `summary`: one row a rule.

    A rule with an `error` has no outcome rows and null counts. Clear subjects are only counted.
    """

    outcomes: pl.DataFrame
    summary: pl.DataFrame

    def raise_on_error(self) -> None:
        """Raise `EvaluationError` naming every rule that could not be evaluated."""
        failed = self.summary.filter(pl.col("error").is_not_null())
        if failed.height:
            lines = failed.select(pl.format("{}: {}", "rule_id", "error")).to_series()
            raise EvaluationError("\n".join(lines))


def summarise(rule: Rule, holds: pl.Series | str) -> tuple[Any, ...]:
    """The `SUMMARY` row of one rule from its answer a row, or from its error."""
    if isinstance(holds, str):
        return rule.id, rule.version, None, None, None, holds
    clear, undetermined = int(holds.sum() or 0), holds.null_count()
    return rule.id, rule.version, holds.len() - clear - undetermined, clear, undetermined, None


def list_outcomes(rule: Rule, frame: pl.DataFrame, subject: str, holds: pl.Series) -> pl.DataFrame:
    """The `OUTCOMES` rows of one rule: every subject that is not clear."""
    told = holds.fill_null(False).not_()  # texts are made for those alone, of millions a few
    return derive(rule, frame.filter(told)).select(
        rule_id=pl.lit(rule.id),
        subject_id=pl.col(subject).cast(pl.String),
        outcome=pl.when(holds.filter(told).is_null())
        .then(pl.lit(UNDETERMINED))
        .otherwise(pl.lit(HIT)),
        observed_value=_observed(rule),
    )


def rows_of(rule: Rule, frame: pl.DataFrame, subject_ids: pl.Series) -> pl.DataFrame:
    """The judged rows of these subjects."""
    return frame.filter(pl.col(rule.subject).cast(pl.String).is_in(subject_ids.implode()))


def _observed(rule: Rule) -> pl.Expr:
    """The judged values as text; with several columns each after its name."""
    if len(rule.columns) == 1:
        return pl.col(rule.columns[0]).cast(pl.String)
    named = [
        pl.format("{}={}", pl.lit(name), pl.col(name).cast(pl.String).fill_null("-"))
        for name in rule.columns
    ]
    return pl.concat_str(named, separator=", ")
