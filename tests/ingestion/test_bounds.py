"""Whole numbers out of bounds: the row goes back, at either door."""

from __future__ import annotations

from typing import Any

import pytest

from ingestion.bounds import BOUNDS
from ingestion.entities import ENTITIES
from ingestion.reasons import reasons

House = Any  # the fixture class of conftest.py
TERM = {"term_id": "T", "agreement_id": "A", "agreement_version": "1", "stage": "renewal"}
TERM |= {"basis": "fixed"}
AGREEMENT = {"agreement_id": "A", "version": "1", "partner_id": "P1"}
AGREEMENT |= {"effective_from": "2026-04-01"}
CONTRACT = {"contract_id": "C5", "channel": "partner", "partner_id": "P1", "product_id": "X"}
STEP = {"term_id": "T", "keep_rate": "50%"}
PLAN = {"plan_id": "JP", "partner_id": "P1", "month": "2026-10"}
CLAUSE = {"agreement_id": "A", "version": "1", "clause": "3", "prohibited_act": "威迫"}
CLAUSE |= {"consequence": "違約金"}
BENCHMARK = {"product_category": "会計", "stage": "契約", "basis": "料率", "high": "0.4"}
PROSPECT = {"prospect_id": "N", "prospect_name": "甲社", "method": "紹介"}
PROSPECT |= {"approached_on": "2026-10-01"}
EVENT = {"event_id": "V", "contract_id": "C1", "stage": "renewal", "occurred_on": "2026-10-20"}


@pytest.mark.parametrize(
    ("file", "row", "column", "good", "bad"),
    [
        ("crm/sf/agreements", AGREEMENT, "closing_day", ["1", "28", "末", ""], ["0", "29", "32"]),
        ("crm/sf/agreements", AGREEMENT, "payment_day", ["1", "30", "末日"], ["0", "32"]),
        ("crm/sf/agreements", AGREEMENT, "payment_month_offset", ["0", "2"], ["-1"]),
        ("crm/sf/commission_terms", TERM, "maturation_days", ["0", "30"], ["-1"]),
        ("crm/sf/commission_terms", TERM, "clawback_months", ["0", ""], ["-6"]),
        ("crm/sf/commission_terms", TERM, "recurring_months", ["1", ""], ["0", "-1"]),
        ("crm/sf/contracts__b", CONTRACT, "term_months", ["1", ""], ["0"]),
        ("partners/P1/contracts", CONTRACT, "term_months", ["1"], ["0", "-12"]),
        ("crm/sf/contract_events", EVENT, "term_months", ["12"], ["0"]),
        ("partners/P1/contract_events", EVENT, "term_months", ["12"], ["0"]),
        ("partners/P1/joint_plans", PLAN, "committed_reps", ["0", "3"], ["-1"]),
        ("partners/P1/joint_plans", PLAN, "target_yen", ["0", "150万円"], ["-1"]),
        ("crm/sf/agreement_clauses", CLAUSE, "penalty_yen", ["0", "10万円"], ["-1"]),
        ("crm/sf/clawback_steps", STEP, "from_month", ["0", "6"], ["-1"]),
        ("crm/sf/market_benchmarks", BENCHMARK, "low", ["0", "20%"], ["-0.1"]),
        ("crm/sf/partner_prospects", PROSPECT, "cost_yen", ["0"], ["-500"]),
    ],
)
def test_number_out_of_bounds_is_rejected(
    house: House, file: str, row: dict[str, str], column: str, good: list[str], bad: list[str]
) -> None:
    lines = [",".join([*row.values(), value]) for value in good + bad]
    house.put(f"{file}.csv", "\n".join([",".join([*row, column]), *lines]) + "\n")
    rejected = house.read().rejected
    assert set(rejected["column_name"]) == {column}
    assert rejected["value"].to_list() == bad
    assert rejected["reason_ja"].null_count() == 0


TRAINING = {"training_id": "T1", "rep_id": "R1", "course": "商品知識"}
REPS = "rep_id,partner_id,rep_name\nR1,P1,山田\n"
INQUIRY = {"inquiry_id": "Q", "partner_id": "P1"}


@pytest.mark.parametrize(
    ("entity", "row", "column", "good", "bad"),
    [
        (
            "contracts",
            CONTRACT,
            "contracted_on",
            ["1990-01-01", "2028-10-30", ""],
            ["2206-10-01", "9999-12-31", "1989-12-31"],
        ),
        ("contract_events", EVENT | {"occurred_on": ""}, "occurred_on", [], ["2206-10-01"]),
        ("trainings", TRAINING, "completed_on", ["2026-10-01"], ["2062-10-01"]),
        ("trainings", TRAINING, "expires_on", ["9999-12-31", "2040-04-01"], ["1926-04-01"]),
        ("joint_plans", PLAN | {"month": ""}, "month", ["2026-10", "2028-09"], ["2206-10"]),
        ("leads", {"lead_id": "L"}, "registered_at", ["1990-01-01"], ["1926-10-01 10:00"]),
        ("inquiries", INQUIRY, "asked_at", ["2026-10-01 9:00"], ["1926-10-01 9:00"]),
    ],
)
def test_year_that_slipped_sends_a_partners_row_back(
    house: House, entity: str, row: dict[str, str], column: str, good: list[str], bad: list[str]
) -> None:
    house.put("crm/sf/partner_reps.csv", REPS)
    row = {name: value for name, value in row.items() if name != column}
    lines = [",".join([*row.values(), value]) for value in good + bad]
    house.put(f"partners/P1/{entity}.csv", "\n".join([",".join([*row, column]), *lines]) + "\n")
    rejected = house.read().rejected
    assert rejected["value"].to_list() == bad
    assert set(rejected.select("column_name", "reason_code").rows()) == {
        (column, "implausible_date")
    }


def test_year_that_slipped_in_a_system_is_kept_with_a_warning(house: House) -> None:
    header = "contract_id,channel,product_id,contracted_on,term_months\n"
    rows = "C5,sales,X,2206-10-01,12\nC6,sales,X,2026-10-01,12\nC7,sales,X,1900-01-01,0\n"
    house.put("crm/sf/contracts__b.csv", header + rows)
    house.put(
        "crm/sf/collections.csv",
        "collection_id,contract_id,due_on,amount_yen\nK,C5,2033-01-31,1000\n",
    )
    house.put(
        "crm/sf/plan_targets.csv", "month,channel,measure,target\n2031-04,partner,revenue,1\n"
    )
    intake = house.read()
    assert intake.tables["contracts"]["contract_id"].to_list()[-2:] == ["C5", "C6"]
    found = intake.warnings.select("_row_number", "column_name", "value", "reason_code").rows()
    assert found == [(2, "contracted_on", "2206-10-01", "implausible_date_kept")]


@pytest.mark.parametrize("column", ["asked_at", "resolved_at"])
@pytest.mark.parametrize("door", ["crm/sf", "partners/P1"])
def test_inquiry_of_days_that_lie_ahead_is_rejected(house: House, door: str, column: str) -> None:
    times = {"asked_at": "2026-10-01 9:00", "resolved_at": "2026-10-02 9:00"}
    lines = ["inquiry_id,partner_id,asked_at,resolved_at"]
    for place, value in enumerate(("2026-11-02 23:59", "2026-11-03 00:00", "2099-01-01 10:00")):
        lines.append(",".join([f"Q{place}", "P1", *(times | {column: value}).values()]))
    house.put(f"{door}/inquiries.csv", "\n".join(lines) + "\n")
    intake = house.read()
    assert intake.tables["inquiries"]["inquiry_id"].to_list() == ["Q0"]
    assert (
        intake.rejected.select("column_name", "reason_code").rows()
        == [(column, "future_timestamp")] * 2
    )


def test_tombstone_may_hold_any_number(house: House) -> None:
    house.put(
        "crm/sf/contracts__b.csv",
        "contract_id,channel,product_id,term_months,is_deleted\nC5,sales,X,0,true\n",
    )
    assert house.read().rejected.is_empty()


def test_bounds_speak_of_declared_columns_and_known_reasons() -> None:
    declared = {(entity.name, c.name) for entity in ENTITIES.values() for c in entity.columns}
    assert {(name, column) for name in BOUNDS for column in BOUNDS[name]} <= declared
    codes = {bound.code for columns in BOUNDS.values() for bound in columns.values()}
    assert codes <= set(reasons()["code"])
