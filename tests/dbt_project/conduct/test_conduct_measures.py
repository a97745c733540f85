"""Each measure tells the offence from its honest look-alike, and says NULL when it cannot know."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

CONTRACTS = {
    "evidence_missing_business_days": {
        # 1 May to 30 June: 43 weekdays, less 4, 5 and 6 May.
        "C-NEVER": 40,
        "C-LATE": 0,
        "C-NONE": 0,
        "C-NOTERM": None,
    },
    "shares_identity_with_partner": {
        "C-PHONE": True,
        "C-REP": True,
        "C-SUB": True,
        "C-LEAD": True,
        "C-OTHER": False,
        "C-BARE": None,
    },
    "timeline_violation_count": {
        "C-BEFORE": 1,
        "C-SAME": 0,
        "C-NODATES": None,
        "C-EARLY": 1,
        "C-DX": 1,
    },
    "undisclosed_seller_count": {
        "C-OLD": 0,
        "C-NEW": 0,
        "C-GONE": 1,
        "C-THEIRS": 1,
        "C-GHOST": 1,
        "C-UNNAMED": None,
        "C-SUBSOLD": 1,
    },
}
LEADS = {
    "L-FIRST": 0,
    "L-SECOND": 2,
    "L-RELATED": 0,
    "L-OTHERPRODUCT": 0,
    "L-UNPROTECTED": 0,
    "L-AFTERREFUSED": 0,
    "L-AFTERLOST": 0,
    "L-BEFORELOST": 1,
    "L-UNKNOWN": None,
}
CASES = [
    (measure, contract_id, value)
    for measure, told in CONTRACTS.items()
    for contract_id, value in told.items()
]


@pytest.mark.parametrize(("measure", "contract_id", "value"), CASES)
def test_contract_measure_is(
    measured: Callable[..., Any], measure: str, contract_id: str, value: Any
) -> None:
    row = measured("fct_contract_conduct", contract_id)
    assert row[measure] == value
    assert (row[f"{measure}_evidence"] is not None) == bool(value)


@pytest.mark.parametrize(("lead_id", "count"), LEADS.items())
def test_earlier_partner_leads_are(
    measured: Callable[..., Any], lead_id: str, count: int | None
) -> None:
    assert measured("fct_lead_conduct", lead_id)["earlier_partner_lead_count"] == count


@pytest.mark.parametrize(
    ("partner_id", "count"),
    [
        ("P-REUSE", 2),
        ("P-HONEST", 1),
        ("P-PAPER", None),
        ("P-LEND", 2),
        ("P-BORROW", 2),
        ("P-BLANK", None),
    ],
)
def test_reused_documents_are(
    measured: Callable[..., Any], partner_id: str, count: int | None
) -> None:
    row = measured("fct_partner_conduct", partner_id)
    assert row["reused_document_customer_count"] == count


def test_rep_counts_sales_outside_the_register(measured: Callable[..., Any]) -> None:
    assert measured("fct_rep_conduct", "R-GONE")["sales_outside_registration_count"] == 1
    assert measured("fct_rep_conduct", "R-NEW")["sales_outside_registration_count"] == 0


def test_evidence_names_both_file_rows(measured: Callable[..., Any]) -> None:
    rows = measured("fct_lead_conduct", "L-SECOND")["earlier_partner_lead_count_evidence"]
    files = [row.rpartition(":") for row in rows.split(";")]
    assert {file for file, _, _ in files} == {"sha-leads-2026-06-30#1"}
    assert len(files) == 3


def test_reused_document_names_the_rows_of_every_partner(measured: Callable[..., Any]) -> None:
    lent, borrowed = (
        measured("fct_partner_conduct", name)["reused_document_customer_count_evidence"]
        for name in ("P-LEND", "P-BORROW")
    )
    assert lent == borrowed
    assert len(lent.split(";")) == 2
