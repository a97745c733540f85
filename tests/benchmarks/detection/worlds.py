"""One simulated company → what the rules flagged and what was wrong, without Dagster and dbt.

Files, doors, identity, SQL, scores and judging are the night's own; dbt's SQL is replayed.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from expectations.rules import load_rules
from ingestion import demo, hashing, identity, intake
from ingestion.lake import Night, write_atomically
from orchestration.assets import flags, raw
from orchestration.settings import Settings
from tests.dbt_project.building import Recipe

LAST_DAY = date(2026, 10, 31)


@dataclass(frozen=True)
class Judged:
    """`flags`: rule_id, subject_kind, subject_id, partner_id; `truth`: the simulator's labels with
    `yen`; `outcomes`: one row a rule; `partners`: how many were judged."""

    flags: pl.DataFrame
    truth: pl.DataFrame
    outcomes: pl.DataFrame
    partners: int


def judge_world(place: Settings, recipe: Recipe, **world: Any) -> Judged:
    """Simulate (arguments of `demo.write_company`), take in both deliveries, judge the last day."""
    for folder in (place.inbox, place.lake, place.home / "demo", place.home / "archive"):
        shutil.rmtree(folder, ignore_errors=True)
    raw.prepare_lake(place)
    truth = place.home / "truth.csv"
    deliveries = demo.write_company(place.inbox, truth, last_day=LAST_DAY, nights=2, **world)
    for delivery in deliveries:
        demo.deliver(delivery, place.inbox)
        night = Night(delivery.business_day, 1)
        read = intake.read_doors(place.home, night, hashing.load_key(place.home))
        intake.commit(place.home, night, read)
    identity.resolve_customers(place.home, night.known_at)
    facts = {"business_day": night.business_day, "known_at": night.known_at}
    write_atomically(place.night_file, pl.DataFrame([{"night_id": night.id} | facts]))
    recipe.replay(place.warehouse, settlement=False)
    tables = flags.judge(place, night, load_rules(place.rules / "conduct"))
    return Judged(
        tables["flags"], _valued(place.warehouse, truth), tables["rule_outcomes"], _count(place)
    )


def _valued(warehouse: Path, truth: Path) -> pl.DataFrame:
    """The labels, with the yen owed for the contract, lead or partner they name."""
    labels = pl.read_csv(truth, infer_schema_length=None)
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        due = connection.sql(
            "select due.contract_id, contracts.lead_id, due.partner_id,"
            " sum(due.amount_yen)::double as yen"
            " from intermediate.postings_due as due"
            " left join marts.fct_contracts as contracts using (contract_id) group by all"
        ).pl()
    sums = [
        due.group_by(pl.col(f"{kind}_id").alias("subject_id"))
        .agg(pl.col("yen").sum())
        .with_columns(subject_kind=pl.lit(kind))
        for kind in ("contract", "lead", "partner")
    ]
    known = pl.concat(sums).drop_nulls("subject_id")
    named = labels.with_columns(pl.col("subject_id").cast(pl.String))
    return named.join(known, on=["subject_kind", "subject_id"], how="left").with_columns(
        pl.col("yen").fill_null(0.0).clip(lower_bound=0.0)
    )


def _count(place: Settings) -> int:
    with duckdb.connect(str(place.warehouse), read_only=True) as connection:
        (found,) = connection.sql("select count(*) from marts.dim_partners").fetchall()[0]
    return int(found)
