"""Rings of partners and customers, for the lake of `conftest.measured`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb
import pytest

from expectations.docs import FOLDER
from expectations.engine import evaluate
from expectations.rules import load_rules

HITS = {
    "CHAIN1": (2, 3),
    "CHAIN2": (2, 3),
    "BOTH1": (2, 3),
    "BOTH2": (2, 3),
    # Twenty parties are no hub, and fifty no crowd.
    "FULL2": (2, 18),
    "LONG1": (2, 48),
    "LONG2": (2, 48),
}
CLEARS = {
    "ONE": (1, 3),
    "FEW1": (2, 2),
    # A parent and its sub-agent are one.
    "UP": (1, 3),
    "SUB": (1, 3),
    "SISTER": (1, 1),
    # The rep has moved, and its telephone with it.
    "LEFT": (0, 0),
    "CAME": (1, 3),
    # What pays for a direct customer, too, is an agent's account.
    "AGENT1": (1, 2),
    "AGENT2": (1, 1),
    "GROUP1": (0, 0),
    "HUB1": (0, 0),
    "HOUSE1": (0, 0),
    "FRAMED": (0, 0),
    "FRAMER": (1, 3),
    "IDLE": (0, 0),
}
UNDETERMINED = {
    "CROWD1": "telling_identifier",
    "BARE": "identifier",
    "PLACE": "identifier",
    "UNTOLD": "customer_identifier",
}
MISSING = "select missing_input from intermediate.int_partners_ringed where partner_id = ?"


@pytest.mark.parametrize(("name", "counts"), [*HITS.items(), *CLEARS.items()])
def test_ring_has_partners_and_customers(
    measured: Callable[..., Any], name: str, counts: tuple[int, int]
) -> None:
    row = measured("fct_partner_conduct", f"P-RG-{name}")
    assert (row["ring_partner_count"], row["ring_customer_count"]) == counts
    assert (row["ring_partner_count_evidence"] is not None) == (counts != (0, 0))


@pytest.mark.parametrize(("name", "missing"), UNDETERMINED.items())
def test_ring_that_cannot_be_seen_says_why(
    judged_lake: duckdb.DuckDBPyConnection, measured: Callable[..., Any], name: str, missing: str
) -> None:
    row = measured("fct_partner_conduct", f"P-RG-{name}")
    assert row["ring_partner_count"] is row["ring_customer_count"] is None
    assert judged_lake.sql(MISSING, params=[f"P-RG-{name}"]).fetchall() == [(missing,)]


def test_ring_is_told_by_the_rows_of_all_its_members(measured: Callable[..., Any]) -> None:
    rows = measured("fct_partner_conduct", "P-RG-CHAIN1")["ring_partner_count_evidence"].split(";")
    tables = [row.removeprefix("sha-").partition("-")[0] for row in rows]
    assert sorted(tables) == ["contracts"] * 3 + ["partners"] * 2


def test_rule_flags_rings_and_no_look_alike(judged_lake: duckdb.DuckDBPyConnection) -> None:
    rules = [rule for rule in load_rules(FOLDER / "conduct") if rule.id == "ring"]
    sql = "select * from marts.fct_partner_conduct where partner_id like 'P-RG-%'"
    outcomes = evaluate(rules, judged_lake.sql(sql).pl(), "partner_id").outcomes
    found = dict(outcomes.select("subject_id", "outcome").iter_rows())
    # what is clear is only counted
    for names, outcome in ((HITS, "hit"), (CLEARS, None), (UNDETERMINED, "undetermined")):
        assert {found.get(f"P-RG-{name}") for name in names} == {outcome}
