"""A likeness that is certain is one with the partner; one that is not waits for a person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb
import pytest

CONTRACTS = {
    "C-LK-SAME": True,
    "C-LK-LEAD": True,
    "C-LK-SIDE": True,
    # An equal telephone is certain, whatever the likeness.
    "C-LK-BOTH": True,
    "P-LK:c-1": True,
    "C-LK-MAYBE": None,
    "C-LK-BARE": None,
    # Another partner's company is a customer like others.
    "C-LK-OTHER": False,
    # The CRM has the contract: what the partner's file says of the customer does not count.
    "C-LK-FILE": False,
    "C-LK-GROUP": False,
}
MISSING = "select missing_input from intermediate.int_identities_compared where contract_id = ?"


@pytest.mark.parametrize(("contract_id", "value"), CONTRACTS.items())
def test_customer_is_the_partners_side(
    measured: Callable[..., Any], contract_id: str, value: bool | None
) -> None:
    row = measured("fct_contract_conduct", contract_id)
    assert row["shares_identity_with_partner"] is value
    assert (row["shares_identity_with_partner_evidence"] is not None) == bool(value)


def test_uncertain_likeness_waits_for_a_word(judged_lake: duckdb.DuckDBPyConnection) -> None:
    assert judged_lake.sql(MISSING, params=["C-LK-MAYBE"]).fetchall() == [("verification",)]


def test_likeness_names_the_rows_of_both_sides(measured: Callable[..., Any]) -> None:
    rows = measured("fct_contract_conduct", "C-LK-LEAD")["shares_identity_with_partner_evidence"]
    tables = [row.removeprefix("sha-").partition("-")[0] for row in rows.split(";")]
    assert sorted(tables) == ["leads", "partner_reps"]
