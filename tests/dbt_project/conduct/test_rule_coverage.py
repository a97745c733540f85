"""How far rules could judge the scenarios, which input was missing, and of how many subjects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb
import polars as pl
import pytest

from expectations.docs import FOLDER
from expectations.rules import load_rules
from ingestion.lake import Night
from orchestration.assets.flags import judge_marts
from tests.dbt_project.conduct.conftest import NIGHT

RULES = load_rules(FOLDER / "conduct")


@pytest.fixture(scope="module")
def judged(judged_lake: duckdb.DuckDBPyConnection) -> dict[str, pl.DataFrame]:
    """What a night makes of the scenarios."""
    return judge_marts(judged_lake, Night.parse(NIGHT), RULES)


def _undetermined(coverage: pl.DataFrame, measure: str, missing: str | None = None) -> int:
    of_measure = coverage.filter(pl.col("measure") == measure)
    if missing is not None:
        of_measure = of_measure.filter(pl.col("missing_input") == missing)
    return int(of_measure["undetermined_count"].sum())


def test_every_rule_has_a_line_and_its_counts_add_up(judged: dict[str, pl.DataFrame]) -> None:
    lines = judged["rule_coverage"]
    assert set(lines.filter(pl.col("reason") == "judged")["rule_id"]) == {r.id for r in RULES}
    added = lines.group_by("rule_id").agg(pl.col("judged_count", "undetermined_count").sum())
    told = judged["rule_outcomes"].select(
        "rule_id", pl.col("hit_count") + pl.col("clear_count"), "undetermined_count"
    )
    assert sorted(added.rows()) == sorted(told.rows())


def test_no_reason_is_left_out(judged: dict[str, pl.DataFrame]) -> None:
    lines = judged["rule_coverage"].filter(pl.col("undetermined_count") > 0)
    inputs = lines.filter(pl.col("reason").is_in(["missing_input", "history_too_short"]))
    assert lines["reason"].null_count() == 0
    # A model names what it lacks; that it gave no value is no explanation.
    assert inputs.filter(pl.col("measure") == pl.col("missing_input")).rows() == []


@pytest.mark.parametrize(
    ("measure", "missing", "count"),
    [
        ("is_out_of_territory", "prefecture", 1),
        ("prohibited_act_count", "verification", 1),
        # R-UNTOLD and the four reps of the scenario of sellers that sold.
        ("untrained_submission_count", "training", 5),
        ("has_earlier_attribution", "lead", 0),
        ("consent_age_days", "signing_date", 1),
    ],
)
def test_missing_input_is_counted(
    judged: dict[str, pl.DataFrame], measure: str, missing: str, count: int
) -> None:
    assert _undetermined(judged["rule_coverage"], measure, missing) == count


@pytest.mark.parametrize(
    ("partner_id", "missing"), [("P-FL-YOUNG", "history"), ("P-RM-SILENT", "delivery")]
)
def test_row_names_what_is_missing_of_it(
    measured: Callable[..., Any], partner_id: str, missing: str
) -> None:
    named = measured("fct_partner_conduct", partner_id)["missing_inputs"].split(";")
    assert f"lost_field_points={missing}" in named


@pytest.mark.parametrize(
    "measure", ["excess_discount_rate", "unused_days", "shares_identity_with_partner"]
)
def test_coverage_of_a_measure_adds_up_to_its_empty_values(
    judged: dict[str, pl.DataFrame], judged_lake: duckdb.DuckDBPyConnection, measure: str
) -> None:
    sql = f"select count(*) from marts.fct_contract_conduct where {measure} is null"
    ((empty,),) = judged_lake.sql(sql).fetchall()
    assert empty == _undetermined(judged["rule_coverage"], measure) > 0


def test_partners_without_cases_or_peers_are_told_apart(judged: dict[str, pl.DataFrame]) -> None:
    of_peers = judged["rule_coverage"].filter(pl.col("measures") == "partner_scores")
    reasons = set(of_peers.filter(pl.col("undetermined_count") > 0)["reason"])
    assert reasons == {"too_few_cases", "no_cases"}
