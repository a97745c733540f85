"""Measures of customers, leads and money, for the lake of `conftest.measured`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

CONTRACTS: dict[str, dict[str, int | None]] = {
    "split_contract_count": {
        "C-SP-TWO": 2,
        "C-SP-TWO-1": 2,
        "C-SP-LATER": 1,
        "C-SP-SITES": 1,
        "C-SP-PRODUCTS": 1,
        "C-SP-SELLERS": 1,
        "C-SP-MISTAKE": 1,
        "C-SP-CLAIM-1": 1,
        "C-SP-AGREED": 0,
        "C-SP-NOBODY": None,
    },
    "prohibited_act_count": {
        "C-CM-ONE": 1,
        # With the one of 2 June 2025; the twelve months began on that day.
        "C-CM-AGAIN": 2,
        "C-CM-ONE-2": 0,
        "C-CM-DENIED": 0,
        "C-CM-COOLED": 0,
        "C-CM-COMING": 0,
        "C-CM-OPEN": None,
    },
    "payer_customer_count": {
        "C-PY-MANY-0": 3,
        "C-PY-FEES-2": 3,
        "C-PY-TWO-1": 2,
        "C-PY-GROUP-0": 1,
        "C-PY-AGENT-0": 0,
        "C-PY-OWN-0": 1,
        "C-PY-NONE-0": None,
    },
}
CONSENTS = {
    "FITS": (0, 9),
    "AFTER": (1, 0),
    "BEFORE": (1, 126),
    "STRANGER": (1, 9),
    "OLD": (0, 91),
    "AGED": (0, 90),
    # Handed in months after the contract: its age is that of the sale.
    "FILED": (0, 9),
    "OTHERFORM": (0, 0),
    "UNDATED": (0, None),
    "EMPTY": (None, None),
}
LEADS: dict[str, dict[str, int | None]] = {
    "repeated_lead_count": {
        "L-RE-AGAIN": 1,
        "L-RE-LIVE": 1,
        "L-RE-SUB": 1,
        "L-RE-AGAIN-1": 0,
        "L-RE-CORRECTED": 0,
        "L-RE-LOST": 0,
        "L-RE-OLD": 0,
        "L-RE-PRODUCT": 0,
        "L-RE-OTHER": 0,
        "L-RE-ENTERED": 0,
        "L-RE-UNKNOWN": None,
    },
    "known_deal_count": {
        "L-KN-OPEN": 1,
        "L-KN-LATELY": 1,
        "L-KN-RUNNING": 1,
        "L-KN-AGREED": 1,
        "L-KN-LOST": 0,
        "L-KN-OLD": 0,
        "L-KN-AFTER": 0,
        "L-KN-PRODUCT": 0,
        "L-KN-HANDED": 0,
        "L-KN-ENDED": 0,
        "L-KN-NEW": 0,
        "L-KN-UNKNOWN": None,
    },
}
PAYEES = {"PAID": 1, "DUE": 1, "LATER": 0, "KEPT": 0, "FIRST": 0, "UNKNOWN": None}


@pytest.mark.parametrize(
    ("measure", "contract_id", "count"),
    [(measure, *case) for measure, told in CONTRACTS.items() for case in told.items()],
)
def test_contract_count_is(
    measured: Callable[..., Any], measure: str, contract_id: str, count: int | None
) -> None:
    row = measured("fct_contract_conduct", contract_id)
    assert row[measure] == count
    alone = 0 if measure == "prohibited_act_count" else 1
    is_told = row[f"{measure}_evidence"] is not None
    assert is_told == ((count or 0) > alone or bool(row["is_paid_by_partner"]))


@pytest.mark.parametrize(("name", "told"), CONSENTS.items())
def test_consent_faults_and_age_are(
    measured: Callable[..., Any], name: str, told: tuple[int | None, int | None]
) -> None:
    row = measured("fct_contract_conduct", f"C-CO-{name}")
    assert (row["consent_fault_count"], row["consent_age_days"]) == told


@pytest.mark.parametrize(
    ("measure", "lead_id", "count"),
    [(measure, *case) for measure, told in LEADS.items() for case in told.items()],
)
def test_lead_count_is(
    measured: Callable[..., Any], measure: str, lead_id: str, count: int | None
) -> None:
    row = measured("fct_lead_conduct", lead_id)
    assert row[measure] == count
    assert (row[f"{measure}_evidence"] is not None) == bool(count)


def test_contract_paid_from_the_partners_account_is_told(measured: Callable[..., Any]) -> None:
    rows = {
        name: measured("fct_contract_conduct", f"C-PY-{name}-0")["is_paid_by_partner"]
        for name in ("OWN", "MANY", "NONE")
    }
    assert rows == {"OWN": True, "MANY": False, "NONE": None}


@pytest.mark.parametrize(("name", "count"), PAYEES.items())
def test_payments_after_a_change_of_account_are(
    measured: Callable[..., Any], name: str, count: int | None
) -> None:
    row = measured("fct_partner_conduct", f"P-PE-{name}")
    assert row["payee_changed_payment_count"] == count
    assert (row["payee_changed_payment_count_evidence"] is not None) == bool(count)
