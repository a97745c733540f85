"""Conduct measures → outcomes and flags: one batch a night, one asset check a rule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dagster as dg
import duckdb
import polars as pl

from expectations import flags as flagging
from expectations.engine import evaluate
from expectations.rules import Rule, by_measures, load_rules
from expectations.volumes import out_of_line
from ingestion.acceptances import read_acceptances
from ingestion.lake import Night, batch_path, commit_batch, scan_table
from orchestration import measured, standings
from orchestration.settings import Settings
from orchestration.standings import MADE_OF
from orchestration.thresholds import effective_rules, known_thresholds
from orchestration.workplace import Workplace

FLAGS = dg.AssetKey(["lake", "flags"])
KEYS = tuple(dg.AssetKey(["lake", table]) for table in flagging.FLAG_TABLES)


def conduct(settings: Settings) -> dg.AssetsDefinition:
    """The asset that judges; its checks carry the names of the rule files."""
    rules = load_rules(settings.rules / "conduct")
    measures = by_measures(rules)

    @dg.multi_asset(
        name="conduct",
        specs=[
            dg.AssetSpec(
                key,
                deps=[["marts", MADE_OF.get(measure, measure)] for measure in measures],
                group_name="lake",
            )
            for key in KEYS
        ],
        check_specs=[
            dg.AssetCheckSpec(rule.id, asset=FLAGS, description=rule.title["en"]) for rule in rules
        ],
    )
    def run(workplace: Workplace) -> Iterator[Any]:
        night = workplace.night()
        report = measured.start(night.id)
        set_rules = effective_rules(rules, workplace.settings, night)
        tables = judged(workplace.settings, night) or judge(workplace.settings, night, set_rules)
        yield from (_check(row) for row in tables["rule_outcomes"].iter_rows(named=True))
        if tables["rule_outcomes"]["error"].is_not_null().any():
            raise dg.Failure("A conduct rule could not be evaluated; see its asset check.")
        commit_once(workplace.settings, night, tables)
        for key in KEYS:
            yield report(tables[key.path[-1]].height, asset_key=key)

    return run


def judged(settings: Settings, night: Night) -> dict[str, pl.DataFrame] | None:
    """What this night has committed before it was interrupted, or None."""
    batch = batch_path(settings.flags, night.id)
    if not batch.exists():
        return None
    return {key.path[-1]: pl.read_parquet(batch / f"{key.path[-1]}.parquet") for key in KEYS}


def judge(settings: Settings, night: Night, rules: tuple[Rule, ...]) -> dict[str, pl.DataFrame]:
    """What a night commits to `lake/flags`: table → rows, by the rules' measure marts."""
    with duckdb.connect(str(settings.warehouse), read_only=True) as warehouse:
        tables = judge_marts(warehouse, night, rules)
    return tables | guarded(settings, night, tables["flags"], tables["rule_outcomes"])


def judge_marts(
    warehouse: duckdb.DuckDBPyConnection, night: Night, rules: tuple[Rule, ...]
) -> dict[str, pl.DataFrame]:
    """Every rule on its mart: hits as flags, the counts of every rule, the scores in between."""
    flags, outcomes, coverage = [], [], []
    standing = standings.read(warehouse, rules)
    tonight = night.id, night.known_at
    for measure, of_measure in by_measures(rules).items():
        frame = standings.measures(warehouse, measure, standing, of_measure)
        evaluation = evaluate(of_measure, frame, of_measure[0].subject)
        flags.append(flagging.flags(evaluation, of_measure, frame, *tonight))
        outcomes.append(flagging.rule_outcomes(evaluation, of_measure, *tonight))
        coverage.append(flagging.rule_coverage(evaluation, of_measure, frame, *tonight))
    return {
        "flags": pl.concat(flags),
        "rule_outcomes": pl.concat(outcomes),
        "rule_coverage": pl.concat(coverage),
        "partner_scores": flagging.scores(standing, *tonight),
    }


def guarded(
    settings: Settings, night: Night, flags: pl.DataFrame, outcomes: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """Both tables without the flags of rules that are out of line with their own nights.

    What these rules flagged before stays, and so do its holds; `alarm` tells the operator.
    """
    alarms = out_of_line(outcomes, history(settings, night), waived(settings, night))
    told = outcomes.drop("alarm").join(
        alarms.select("rule_id", "alarm"), on="rule_id", how="left", maintain_order="left"
    )
    kept = flags.join(alarms, on="rule_id", how="anti", maintain_order="left")
    return {"flags": kept, "rule_outcomes": told.select(outcomes.columns)}


def history(settings: Settings, night: Night) -> pl.DataFrame:
    """What rules found in earlier nights, since their volume was accepted last."""
    earlier = scan_table(settings.flags, "rule_outcomes").filter(
        pl.col("known_at") < night.known_at
    )
    since = (
        read_acceptances(settings.acceptances)
        .group_by("rule_id", "rule_version")
        .agg(accepted_at=pl.col("known_at").max())
    )
    known = earlier.collect().join(since, on=["rule_id", "rule_version"], how="left")
    return known.filter((pl.col("known_at") > pl.col("accepted_at")).fill_null(True))


def waived(settings: Settings, night: Night) -> pl.DataFrame:
    """Versions that a person answers for (rule_id, rule_version, is_accepted): bounds that were set
    since, and hits that were accepted."""
    accepted = read_acceptances(settings.acceptances).with_columns(is_accepted=True)
    were_set = known_thresholds(settings, night).select(
        "rule_id", rule_version="rule_version_after", is_accepted=False
    )
    return pl.concat([accepted.select(were_set.columns), were_set])


def commit_once(settings: Settings, night: Night, tables: dict[str, pl.DataFrame]) -> None:
    if not batch_path(settings.flags, night.id).exists():
        commit_batch(settings.flags, night.id, tables, {})


def _check(row: dict[str, Any]) -> dg.AssetCheckResult:
    """A hit is a warning about a partner; a rule that failed to evaluate is an error of ours."""
    failed = row["error"] is not None
    return dg.AssetCheckResult(
        check_name=row["rule_id"],
        asset_key=FLAGS,
        passed=not failed and row["hit_count"] == 0,
        severity=dg.AssetCheckSeverity.ERROR if failed else dg.AssetCheckSeverity.WARN,
        metadata={
            "hit": row["hit_count"],
            "clear": row["clear_count"],
            "undetermined": row["undetermined_count"],
            "error": row["error"] or "",
            "alarm": row["alarm"] or "",
        },
    )
