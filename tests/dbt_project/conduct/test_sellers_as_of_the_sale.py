"""A seller is judged by the register and the hierarchy as they stood on the day of the sale."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

NIGHT, LATER = "2026-06-30#1", "2026-07-02#1"
SOLD, STARTED = date(2026, 6, 1), date(2025, 1, 1)
# contract, selling partner, day, rep → how many ways the seller is undisclosed
SALES = [
    ("C-MOVED", "S83", SOLD, "R83", 0),
    ("C-AFTERMOVE", "S83", date(2026, 7, 3), "R83", 1),
    ("C-MOVEDTO", "S84", date(2026, 7, 3), "R83", 0),
    # An end that is told late is a correction.
    ("C-LEFT", "S83", SOLD, "R-LEFT", 1),
    ("C-DELETED", "S83", SOLD, "R-DELETED", 0),
    ("C-STAYED", "S83", SOLD, "R-STAYED", 0),
    # The partner named this one on 20 May; the CRM took it over in July, with a later start.
    ("C-NAMED", "S83", SOLD, "R-NAMED", 0),
    ("C-NOTYET", "S83", date(2026, 5, 19), "R-NAMED", 1),
    # What a partner's file says no longer counts once the CRM has the rep.
    ("C-OVERRULED", "S83", date(2026, 7, 3), "R-OVERRULED", 1),
    ("C-ALONE", "S85", SOLD, "R85", 0),
    ("C-UNDER", "S85", date(2026, 7, 3), "R85", 1),
    # A sub-agent until July, free since.
    ("C-WASUNDER", "S87", SOLD, "R87", 1),
    ("C-NOWFREE", "S87", date(2026, 7, 3), "R87", 0),
]


def _as_in_june(build: SimpleNamespace) -> list[Any]:
    reps = {"R83": "S83", "R-LEFT": "S83", "R-DELETED": "S83", "R-STAYED": "S83"}
    named_on = {"uploader": "S83", "_known_at": datetime(2026, 5, 19, 15)}
    return [
        *(build.a_partner(name) for name in ("S83", "S84", "S85", "S86")),
        build.a_partner("S87", parent_partner_id="S86"),
        build.an_agreement("A-S86", "S86", subcontracting_allowed=False),
        *(
            build.a_rep(rep_id, partner_id, started_on=STARTED)
            for rep_id, partner_id in (reps | {"R85": "S85", "R87": "S87"}).items()
        ),
        *(build.a_rep(name, "S83", **named_on) for name in ("R-NAMED", "R-OVERRULED")),
        *(
            build.a_contract(contract_id, partner_id=seller, contracted_on=day, rep_id=rep_id)
            for contract_id, seller, day, rep_id, _ in SALES
        ),
    ]


def _changed_in_july(build: SimpleNamespace) -> list[Any]:
    return [
        build.a_rep("R83", "S84", started_on=STARTED),
        build.a_rep("R-LEFT", "S83", started_on=STARTED, ended_on=date(2026, 5, 31)),
        build.a_rep("R-DELETED", "S83", is_deleted=True),
        build.a_rep("R-STAYED", "S83", started_on=STARTED, email="new@example.co.jp"),
        build.a_rep("R-NAMED", "S83", started_on=date(2026, 7, 1)),
        build.a_rep("R-OVERRULED", "S83", started_on=STARTED, ended_on=date(2026, 7, 1)),
        build.a_partner("S85", parent_partner_id="S86"),
        build.a_partner("S87"),
    ]


@pytest.fixture(scope="module")
def sellers(
    warehouse: Callable[..., duckdb.DuckDBPyConnection], build: SimpleNamespace
) -> dict[str, int | None]:
    """contract_id → undisclosed_seller_count, after the changes of July."""
    nights = {NIGHT: _as_in_june(build), LATER: _changed_in_july(build)}
    con = warehouse(nights)
    sql = "select contract_id, undisclosed_seller_count from marts.fct_contract_conduct"
    return dict(con.sql(sql).fetchall())


@pytest.mark.parametrize(("contract_id", "count"), [(sale[0], sale[-1]) for sale in SALES])
def test_undisclosed_sellers_are_those_of_the_day(
    sellers: dict[str, int | None], contract_id: str, count: int
) -> None:
    assert sellers[contract_id] == count
