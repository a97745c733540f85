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
