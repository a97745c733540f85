"""Measures of how something was sold and what became of it, for the lake of `conftest.measured`."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

CONTRACTS: dict[str, dict[str, Any]] = {
    "excess_discount_rate": {
        "C-DI-BEYOND": Decimal("0.15"),
        # ¥180,000 of ¥220,000 in the first year is 18.18 % off, and 10 % are allowed.
        "C-DI-UNSTATED": Decimal("0.081818"),
        "C-DI-WITHIN": Decimal(0),
        "C-DI-RAISED": Decimal(0),
        "C-DI-CAMPAIGN": Decimal(0),
        "C-DI-LISTED": Decimal(0),
        "C-DI-ROUNDED": Decimal(0),
        "C-DI-HUNDRED": Decimal("0.016438"),
        "C-DI-NOFEES": None,
        "C-DI-NOPRODUCT": None,
    },
    "is_out_of_territory": {
        "C-TE-OUT": True,
        "C-TE-IN": False,
        "C-TE-WIDER": False,
        "C-TE-LEAD": False,
        "C-TE-NOWHERE": None,
        "C-TE-NOAGREEMENT": None,
    },
    "unused_days": {
        # 1 April to 20 June.
        "C-UN-GHOST": 80,
        "C-UN-BILLED": 80,
        "C-UN-SAID": 80,
        "C-UN-NEW": 10,
        "C-UN-COOLED": 5,
        "C-UN-USED": 0,
        "C-UN-SERVED": 0,
        "C-UN-PAID": 0,
        "C-UN-AGREED": 0,
        "C-UN-UNSEEN": None,
    },
    "rejoined_contract_count": {
        "C-RJ-BACK": 1,
        "C-RJ-SUB": 1,
        "C-RJ-INTERM": 1,
        "C-RJ-AFTERTERM": 1,
        "C-RJ-RENEWED": 0,
        "C-RJ-OTHER": 0,
        "C-RJ-PRODUCT": 0,
        "C-RJ-LATER": 0,
        "C-RJ-MISTAKE": 0,
        "C-RJ-UNKNOWN": None,
    },
    "has_earlier_attribution": {
        "C-AT-FLIP": True,
        "C-AT-TAKEN": True,
        "C-AT-GIVEN": True,
        "C-AT-OWN": False,
        "C-AT-SUB": False,
        "C-AT-HANDED": False,
        "C-AT-FILED": False,
        "C-AT-UNTOLD": None,
        "C-AT-NOLEAD": None,
    },
}
PARTNERS = {"P-TW1": 2, "P-TW2": 2, "P-TW-TOP": 1, "P-TW-SUB": 1, "P-TW-DESK1": 1}
PARTNERS |= {"P-TW-NOW": 1, "P-TW-PLACE": 0, "P-EV": None}
REPS = {"R-TR-NEVER": 1, "R-TR-FAILED": 1, "R-TR-EXPIRED": 1, "R-TR-LATE": 1, "R-TR-OTHER": 1}
REPS |= {"R-TR-PASSED": 0, "R-TR-IDLE": 0, "R-UNTOLD": None}
REPS |= {"R-TR-FILED": None, "R-TR-BACKDATED": 1}
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


@pytest.mark.parametrize(
    ("contract_id", "days", "age"),
    [
        ("C-AT-FLIP", 2, 70),
        ("C-AT-GIVEN", 39, 70),
        ("C-AT-OWN", 70, 70),
        ("C-AT-NOLEAD", -51, 0),
    ],
)
def test_partner_stood_on_the_deal_since(
    measured: Callable[..., Any], contract_id: str, days: int | None, age: int | None
) -> None:
    row = measured("fct_contract_conduct", contract_id)
    assert (row["attributed_days_at_sale"], row["deal_age_days_at_sale"]) == (days, age)


@pytest.mark.parametrize(("partner_id", "count"), PARTNERS.items())
def test_partners_of_one_identity_are(
    measured: Callable[..., Any], partner_id: str, count: int | None
) -> None:
    row = measured("fct_partner_conduct", partner_id)
    assert row["same_identity_partner_count"] == count


@pytest.mark.parametrize(("rep_id", "count"), REPS.items())
def test_untrained_submissions_are(
    measured: Callable[..., Any], rep_id: str, count: int | None
) -> None:
    row = measured("fct_rep_conduct", rep_id)
    assert row["untrained_submission_count"] == count
    assert (row["untrained_submission_count_evidence"] is not None) == bool(count)
