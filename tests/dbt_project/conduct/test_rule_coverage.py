"""`marts.rule_coverage` says which input was missing, and for how many subjects."""

from __future__ import annotations

import duckdb
import pytest

COUNTED = """
    select sum(undetermined_count) from marts.rule_coverage
    where measure = ? and missing_input = coalesce(?, missing_input)
"""


@pytest.mark.parametrize(
    ("measure", "missing", "count"),
    [
        ("is_out_of_territory", "prefecture", 1),
        ("prohibited_act_count", "verification", 1),
        # R-UNTOLD and the four reps of the scenario of sellers that sold.
        ("untrained_submission_count", "training", 5),
        ("has_earlier_attribution", "lead", None),
    ],
)
def test_missing_input_is_counted(
    judged_lake: duckdb.DuckDBPyConnection, measure: str, missing: str, count: int | None
) -> None:
    found = judged_lake.sql(COUNTED, params=[measure, missing]).fetchall()
    assert found == [(count,)]


@pytest.mark.parametrize(
    "measure", ["excess_discount_rate", "unused_days", "shares_identity_with_partner"]
)
def test_coverage_of_a_measure_adds_up_to_its_empty_values(
    judged_lake: duckdb.DuckDBPyConnection, measure: str
) -> None:
    sql = f"select count(*) from marts.fct_contract_conduct where {measure} is null"
    empty = judged_lake.sql(sql).fetchall()
    assert empty == judged_lake.sql(COUNTED, params=[measure, None]).fetchall() != [(0,)]
