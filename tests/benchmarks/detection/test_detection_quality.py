"""Precision and recall of the rules on simulated companies, by scheme and level, and in clean ones.

`TEIKEI_BENCH_SEEDS` (default 20) companies a level, `TEIKEI_BENCH_LEADS` leads each.
"""

from __future__ import annotations

import os
import sys

import polars as pl
import pytest

from expectations.rules import load_rules
from expectations.scoring import wilson
from tests.benchmarks.detection.counting import found_labels, right_flags
from tests.benchmarks.detection.worlds import judge_world
from tests.dbt_project.building import Dbt, Recipe

SEEDS = int(os.environ.get("TEIKEI_BENCH_SEEDS", "20"))
LEADS = int(os.environ.get("TEIKEI_BENCH_LEADS", "6000"))
CLEAN_PARTNERS = int(os.environ.get("TEIKEI_BENCH_PARTNERS", "1000"))
MOST_CLEAN_ALERTS = 2.0  # per 1,000 partners and night

pytestmark = pytest.mark.benchmark


def told(title: str, table: pl.DataFrame) -> None:
    with pl.Config(tbl_rows=-1, tbl_cols=-1, tbl_hide_dataframe_shape=True, fmt_str_lengths=40):
        print(f"\n{title}\n{table}")
    sys.stdout.flush()


@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_schemes_are_found_at_level(dbt: Dbt, recipe: Recipe, level: int) -> None:
    worlds = [
        judge_world(dbt.place, recipe, seed=seed, leads=LEADS, level=level)
        for seed in range(100, 100 + SEEDS)
    ]
    labels = pl.concat([found_labels(world) for world in worlds], how="diagonal_relaxed")
    counted = labels.group_by("scheme").agg(
        labels=pl.len(),
        found=pl.col("is_found").sum(),
        yen_recall=(pl.col("yen") * pl.col("is_found")).sum() / pl.col("yen").sum(),
    )
    low, high = wilson("found", "labels")
    recall = counted.with_columns(recall=pl.col("found") / pl.col("labels"), low=low, high=high)
    told(f"level {level}: recall a scheme", recall.sort("scheme"))
    flags = pl.concat([right_flags(world) for world in worlds], how="diagonal_relaxed")
    counted = flags.group_by("rule_id").agg(flags=pl.len(), right=pl.col("is_right").sum())
    low, high = wilson("right", "flags")
    precision = counted.with_columns(
        precision=pl.col("right") / pl.col("flags"), low=low, high=high
    )
    told(f"level {level}: precision a rule", precision.sort("rule_id"))
    assert labels.height and flags.height


def test_clean_companies_raise_few_statistical_alerts(dbt: Dbt, recipe: Recipe) -> None:
    statistical = {
        rule.id
        for rule in load_rules(dbt.place.rules / "conduct")
        if rule.measures == "partner_scores"
    }
    worlds = [
        judge_world(
            dbt.place, recipe, seed=seed, leads=LEADS * 5, partners=CLEAN_PARTNERS, schemes=False
        )
        for seed in range(500, 500 + SEEDS)
    ]
    alerts = pl.concat([world.flags for world in worlds]).filter(
        pl.col("rule_id").is_in(list(statistical))
    )
    nights = sum(world.partners for world in worlds)
    told("clean companies: alerts a rule", alerts.group_by("rule_id").len().sort("rule_id"))
    print(f"{alerts.height} alerts in {nights:,} partner-nights")
    assert 1000 * alerts.height / nights <= MOST_CLEAN_ALERTS
