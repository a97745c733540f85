"""Outcomes → the rows of `lake/flags`: one flag a hit, one count row a rule (DOMAIN §6)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

import polars as pl

from expectations.coverage import CAUSES, count_causes
from expectations.evaluation import HIT, Evaluation, rows_of
from expectations.rule import Rule

FLAG_SCHEMA: dict[str, pl.DataType] = {
    "flag_id": pl.String(),
    "rule_id": pl.String(),
    "rule_version": pl.String(),
    "subject_kind": pl.String(),
    "subject_id": pl.String(),
    "partner_id": pl.String(),
    "lead_id": pl.String(),
    "contract_id": pl.String(),
    "observed_value": pl.String(),
    "bound": pl.String(),
    "severity": pl.String(),
    "hold_scope": pl.String(),
    "evidence_rows": pl.String(),
    "evidence_digest": pl.String(),
    "family": pl.String(),
    # cases that the finding rests on, where the rule needs a least number of them
    "case_count": pl.Int64(),
    # of a rule on rates: what the partner's peers have, and how many they are
    "expected_rate": pl.Float64(),
    "peer_count": pl.Int64(),
    "night_id": pl.String(),
    "known_at": pl.Datetime("us"),
}
OUTCOME_SCHEMA: dict[str, pl.DataType] = {
    "rule_id": pl.String(),
    "rule_version": pl.String(),
    "measures": pl.String(),
    "hit_count": pl.Int64(),
    "clear_count": pl.Int64(),
    "undetermined_count": pl.Int64(),
    "error": pl.String(),
    # why the hits of this night were not taken for flags (`volumes.out_of_line`)
    "alarm": pl.String(),
    "night_id": pl.String(),
    "known_at": pl.Datetime("us"),
}
# Why rules could not judge, and how many subjects they did (`coverage.count_causes`).
COVERAGE_SCHEMA: dict[str, pl.DataType] = {
    "rule_version": pl.String(),
    "measures": pl.String(),
    **CAUSES,
    "night_id": pl.String(),
    "known_at": pl.Datetime("us"),
}
SCORE_NUMBERS = (
    "hits",
    "size",
    "rate",
    "expected",
    "ratio",
    "ratio_low",
    "ratio_high",
    "q",
    "q_low",
    "place",
)
STANDING_SCHEMA: dict[str, pl.DataType] = {
    "partner_id": pl.String(),
    "measure": pl.String(),
    **dict.fromkeys(SCORE_NUMBERS, pl.Float64()),
    "peer_count": pl.Int64(),
    "evidence": pl.String(),
}
SCORE_SCHEMA = STANDING_SCHEMA | {"night_id": pl.String(), "known_at": pl.Datetime("us")}
# What a night writes into `lake/flags`.
FLAG_TABLES: dict[str, dict[str, pl.DataType]] = {
    "flags": FLAG_SCHEMA,
    "rule_outcomes": OUTCOME_SCHEMA,
    "rule_coverage": COVERAGE_SCHEMA,
    "partner_scores": SCORE_SCHEMA,
}
_SEPARATOR = ";"
_LANGUAGES = ("ja", "en")


def flags(
    evaluation: Evaluation,
    rules: Sequence[Rule],
    measures_frame: pl.DataFrame,
    night_id: str,
    known_at: datetime,
) -> pl.DataFrame:
    """One row a hit (`FLAG_SCHEMA`), ordered by flag_id.

    `measures_frame` is the frame that was judged: the subject's partner, lead, contract and
    evidence rows come from it. `known_at` is naive UTC.
    """
    hits = evaluation.outcomes.filter(pl.col("outcome") == HIT)
    parts = [_flags_of(rule, hits, measures_frame) for rule in rules]
    found = pl.concat([pl.DataFrame(schema=FLAG_SCHEMA), *parts])
    return found.with_columns(_stamp(night_id, known_at)).sort("flag_id")


def rule_outcomes(
    evaluation: Evaluation, rules: Sequence[Rule], night_id: str, known_at: datetime
) -> pl.DataFrame:
    """One row a rule (`OUTCOME_SCHEMA`), also for rules that failed: those carry an error."""
    measures = {rule.id: rule.measures for rule in rules}
    counted = evaluation.summary.with_columns(
        *_stamp(night_id, known_at),
        measures=pl.col("rule_id").replace_strict(measures, return_dtype=pl.String),
        alarm=pl.lit(None, pl.String),
    )
    return counted.select(pl.col(name).cast(dtype) for name, dtype in OUTCOME_SCHEMA.items())


def rule_coverage(
    evaluation: Evaluation,
    rules: Sequence[Rule],
    frame: pl.DataFrame,
    night_id: str,
    known_at: datetime,
) -> pl.DataFrame:
    """One row a rule and reason (`COVERAGE_SCHEMA`); `frame` is what was judged."""
    about = pl.DataFrame(
        [(rule.id, rule.version, rule.measures) for rule in rules],
        schema={name: pl.String for name in ("rule_id", "rule_version", "measures")},
        orient="row",
    )
    counted = count_causes(evaluation, rules, frame).join(about, on="rule_id", how="left")
    return counted.with_columns(_stamp(night_id, known_at)).select(*COVERAGE_SCHEMA)


def scores(standing: pl.DataFrame, night_id: str, known_at: datetime) -> pl.DataFrame:
    """What `scoring.stand_among_peers` found this night (`SCORE_SCHEMA`)."""
    return standing.with_columns(_stamp(night_id, known_at)).select(*SCORE_SCHEMA)


def _flags_of(rule: Rule, hits: pl.DataFrame, frame: pl.DataFrame) -> pl.DataFrame:
    of_rule = hits.filter(pl.col("rule_id") == rule.id)
    subjects = rows_of(rule, frame, of_rule["subject_id"]).select(
        pl.col(rule.subject).cast(pl.String).alias("subject_id"),
        *(_column(name, frame) for name in ("partner_id", "lead_id", "contract_id")),
        *_peers(rule, frame),
        _evidence(rule, frame).alias("evidence_rows"),
        _seen(rule, frame).alias("seen"),
        _cases(rule).alias("case_count"),
    )
    joined = of_rule.join(subjects, on="subject_id", how="left")
    return joined.with_columns(
        flag_id=pl.format("{}:{}", "rule_id", "subject_id"),
        rule_version=pl.lit(rule.version),
        subject_kind=pl.lit(rule.subject.removesuffix("_id")),
        bound=pl.lit(rule.bound),
        severity=pl.lit(rule.severity),
        hold_scope=pl.lit(rule.hold),
        family=pl.lit(rule.family),
        evidence_digest=_digest(joined.select(pl.coalesce("seen", "evidence_rows")).to_series()),
        night_id=pl.lit(None, pl.String),
        known_at=pl.lit(None, pl.Datetime("us")),
    ).select(pl.col(name).cast(dtype) for name, dtype in FLAG_SCHEMA.items())


def _column(name: str, frame: pl.DataFrame, to: str = "") -> pl.Expr:
    """The column, cast to what flags hold, or null where the frame has none."""
    column = pl.col(name) if name in frame.columns else pl.lit(None)
    return column.cast(FLAG_SCHEMA[to or name]).alias(to or name)


def _peers(rule: Rule, frame: pl.DataFrame) -> tuple[pl.Expr, pl.Expr]:
    measure = rule.evidence.removesuffix("_evidence")
    return (
        _column(f"{measure}_expected", frame, "expected_rate"),
        _column(f"{measure}_peer_count", frame, "peer_count"),
    )


def _evidence(rule: Rule, frame: pl.DataFrame) -> pl.Expr:
    """The evidence text in one form (no row twice, sorted), so that its digest is of the set."""
    named = [name for name in (rule.evidence, "evidence_rows") if name in frame.columns]
    if not named:
        return pl.lit("")
    rows = pl.col(named[0]).cast(pl.String).fill_null("").str.split(_SEPARATOR)
    told = rows.list.eval(pl.element().filter(pl.element() != ""))
    return told.list.unique().list.sort().list.join(_SEPARATOR)


def _seen(rule: Rule, frame: pl.DataFrame) -> pl.Expr:
    """What a decision covers where a rule declares a `step`: how often its count has doubled.

    A share of a thousand leads has other rows every night; it is new evidence once it has grown.
    """
    if not rule.step:
        return pl.lit(None, pl.String)
    doublings = pl.col(rule.step).cast(pl.Float64).clip(lower_bound=1).log(2).floor()
    return pl.format("{} {}", pl.lit(rule.step), doublings.cast(pl.Int64))


def _cases(rule: Rule) -> pl.Expr:
    return pl.col(rule.needs[0].column).cast(pl.Int64) if rule.needs else pl.lit(None, pl.Int64)


def _digest(evidence: pl.Series) -> pl.Series:
    """sha256 hex of every text, computed once a distinct text: polars has no sha256 of its own."""
    texts = evidence.unique().drop_nulls().to_list()
    digests = {text: hashlib.sha256(text.encode()).hexdigest() for text in texts}
    return evidence.replace_strict(digests, default=None, return_dtype=pl.String)


def _stamp(night_id: str, known_at: datetime) -> tuple[pl.Expr, pl.Expr]:
    return (
        pl.lit(night_id).alias("night_id"),
        pl.lit(known_at).cast(pl.Datetime("us")).alias("known_at"),
    )


def rule_words(rules: Sequence[Rule]) -> pl.DataFrame:
    """rule_id, title, clause and remedy in ja and en: what the desk shows beside a flag."""
    rows = [
        (
            rule.id,
            *(text[to] for text in (rule.title, rule.clause, rule.remedy) for to in _LANGUAGES),
        )
        for rule in rules
    ]
    words = [
        f"{word}_{language}" for word in ("title", "clause", "remedy") for language in _LANGUAGES
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(("rule_id", *words), pl.String()), orient="row")
