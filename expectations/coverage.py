"""How far each rule could judge, and why no farther: counts by rule and reason.

Every subject counts once for a rule: as judged, or under the first thing that kept the rule from
it. So the counts of a rule add up to its subjects.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import polars as pl

from expectations.evaluation import UNDETERMINED, Evaluation, rows_of
from expectations.kleene import derive
from expectations.rule import Need, Rule

# A column of the measure marts: `measure=input`, `;`-joined, of what is missing of a subject.
MISSING_INPUTS = "missing_inputs"
JUDGED = "judged"
MISSING_INPUT = "missing_input"
# The missing input is a history that reaches back far enough.
HISTORY, HISTORY_TOO_SHORT = "history", "history_too_short"
# Fewer known cases than the rule needs; nobody has any, because none is told or old enough.
TOO_FEW_CASES, NO_CASES = "too_few_cases", "no_cases"
# Cases enough, and nobody to compare them with.
TOO_FEW_PEERS = "too_few_peers"
CAUSES = {
    "rule_id": pl.String(),
    "measure": pl.String(),
    "reason": pl.String(),
    "missing_input": pl.String(),
    "judged_count": pl.Int64(),
    "undetermined_count": pl.Int64(),
}


class _Cause(NamedTuple):
    """Where it applies, the column that is to blame, the reason, and the input ('' = none)."""

    applies: pl.Expr
    measure: str
    reason: pl.Expr
    missing_input: pl.Expr


def count_causes(
    evaluation: Evaluation, rules: Sequence[Rule], frame: pl.DataFrame
) -> pl.DataFrame:
    """One row a rule with what it judged, and one a reason why it did not (`CAUSES`).

    `frame`: the rows that were judged. A rule that failed has its line too, with null counts.
    """
    said = pl.col("hit_count") + pl.col("clear_count")
    columns = {rule.id: ", ".join(rule.columns) for rule in rules}
    judged = evaluation.summary.select(
        "rule_id",
        measure=pl.col("rule_id").replace_strict(columns, return_dtype=pl.String),
        reason=pl.lit(JUDGED),
        missing_input=pl.lit(""),
        judged_count=said,
        undetermined_count=pl.when(said.is_not_null()).then(0),
    ).cast(pl.Schema(CAUSES))
    unknown = evaluation.outcomes.filter(pl.col("outcome") == UNDETERMINED)
    found = [_count(rule, frame, unknown) for rule in rules]
    return pl.concat([judged, *found]).sort("rule_id", "reason", "measure", "missing_input")


def _count(rule: Rule, frame: pl.DataFrame, unknown: pl.DataFrame) -> pl.DataFrame:
    of_rule = unknown.filter(pl.col("rule_id") == rule.id)
    if of_rule.is_empty():
        return pl.DataFrame(schema=CAUSES)
    causes = list(_causes(rule, frame))
    told = derive(rule, rows_of(rule, frame, of_rule["subject_id"])).select(
        measure=_first(causes, [pl.lit(cause.measure) for cause in causes]),
        reason=_first(causes, [cause.reason for cause in causes]),
        missing_input=_first(causes, [cause.missing_input for cause in causes]),
    )
    counted = told.group_by("measure", "reason", "missing_input").agg(undetermined_count=pl.len())
    return counted.select(
        rule_id=pl.lit(rule.id),
        measure="measure",
        reason="reason",
        missing_input="missing_input",
        judged_count=pl.lit(0),
        undetermined_count="undetermined_count",
    ).cast(pl.Schema(CAUSES))


def _first(causes: Sequence[_Cause], values: Sequence[pl.Expr]) -> pl.Expr:
    """The value that belongs to the first cause that applies to a row."""
    return pl.coalesce(
        pl.when(cause.applies).then(value) for cause, value in zip(causes, values, strict=True)
    )


def _causes(rule: Rule, frame: pl.DataFrame) -> Iterator[_Cause]:
    """In the order in which they are asked: inputs, then cases, then the numbers themselves."""
    is_measured = MISSING_INPUTS in frame.columns
    named = {name: _missing_of(name) for name in rule.columns} if is_measured else {}
    for name, told in named.items():
        yield _input(pl.col(name).is_null() & told.is_not_null(), name, told)
    for need in rule.needs:
        yield _cases(need, frame)
    for name in rule.columns:
        is_empty = pl.col(name).is_null()
        if is_measured:
            yield _input(is_empty, name, pl.coalesce(*named.values(), pl.lit(name)))
        else:
            yield _Cause(is_empty, name, pl.lit(TOO_FEW_PEERS), pl.lit(""))


def _missing_of(measure: str) -> pl.Expr:
    return pl.col(MISSING_INPUTS).str.extract(f"(?:^|;){measure}=([^;]+)")


def _input(applies: pl.Expr, measure: str, missing: pl.Expr) -> _Cause:
    is_history = missing == HISTORY
    reason = pl.when(is_history).then(pl.lit(HISTORY_TOO_SHORT)).otherwise(pl.lit(MISSING_INPUT))
    return _Cause(applies, measure, reason, missing)


def _cases(need: Need, frame: pl.DataFrame) -> _Cause:
    cases = pl.col(need.column)
    is_unmet = (cases.cast(pl.Float64) < need.at_least).fill_null(True)
    nobody = frame[need.column].null_count() == frame.height
    return _Cause(is_unmet, need.column, pl.lit(NO_CASES if nobody else TOO_FEW_CASES), pl.lit(""))
