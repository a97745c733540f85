"""Random worlds with drafts like the approved terms in force to the letter: of all of them, of
those for contracts, and of the others, the rest being kept. No such plan may cost another yen than
the one in force, whatever tiers, caps, overrides, cancellations and forfeitures there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from tests.dbt_project.commissions.reference import NIGHTS, Row, history
from tests.dbt_project.commissions.reference.rows import current
from tests.dbt_project.commissions.reference.terms import is_approved

COUNT = 200
PRICED = {"commission_terms", "commission_tiers", "clawback_steps"}
PLANS: dict[str, Callable[[str], bool]] = {
    "all": lambda stage: True,
    "contracts": lambda stage: stage == "contract",
    "others": lambda stage: stage != "contract",
}


def _drafted(world: list[Row], plan: str) -> Iterator[Row]:
    """A draft needs no approval and may price days before its version, so only terms in force."""
    starts = {row.key[1:]: row.get("effective_from") for row in current(world, "agreements")}
    terms = [row for row in current(world, "commission_terms") if not row.get("scenario")]
    copied = set()
    for term in terms:
        start = starts.get((term.get("agreement_id"), term.get("agreement_version")))
        is_for_plan = PLANS[plan](term.get("stage"))
        is_paid = is_approved(term.values, NIGHTS[-1])
        if is_for_plan and start and start <= NIGHTS[-1] and is_paid:
            copied.add(term.get("term_id"))
    for row in world:
        if row.entity in PRICED and row.get("term_id") in copied:
            more = {"term_id": f"{row.get('term_id')}{plan}"}
            if row.entity == "commission_terms":
                more |= {"scenario": plan, "approved_by": ""}
            yield replace(row, values=row.values | more)


@pytest.fixture(scope="module")
def con(
    warehouse: Callable[..., duckdb.DuckDBPyConnection], build: SimpleNamespace
) -> duckdb.DuckDBPyConnection:
    rows: dict[str, list[Any]] = defaultdict(list)
    flags: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for seed in range(COUNT):
        world = history(seed, f"w{seed}.")
        for row in [*world, *(row for plan in PLANS for row in _drafted(world, plan))]:
            night = f"{row.known_on.isoformat()}#1"
            if row.entity == "flags":
                flags[night].append(row.values)
            else:
                rows[night].append(build.row(row.entity, row.values, row.uploader))
    return warehouse(rows, flags=flags)


@pytest.mark.parametrize("plan", PLANS)
def test_draft_like_the_terms_in_force_costs_the_same(
    con: duckdb.DuckDBPyConnection, plan: str
) -> None:
    rows = con.execute(
        "select partner_id, in_force_yen, what_if_yen, in_force_events_count, what_if_events_count "
        "from marts.commission_scenarios where scenario = ?",
        [plan],
    ).fetchall()
    assert [row for row in rows if row[1] != row[2] or row[3] != row[4]] == []
    assert len(rows) > COUNT / 2
    assert sum(row[1] for row in rows) > 1_000_000


def test_yen_in_force_are_what_is_owed(con: duckdb.DuckDBPyConnection) -> None:
    """Of the partners whose whole history is compared."""
    compared = con.sql(
        """select scenarios.partner_id, scenarios.in_force_yen, sum(targets.target_yen) as owed_yen
        from marts.commission_scenarios as scenarios
        inner join intermediate.int_commission_targets as targets using (partner_id)
        where scenarios.scenario = 'all' and scenarios.from_period is null
            and targets.component in ('base', 'uplift', 'cap')
        group by all"""
    ).fetchall()
    assert [row for row in compared if row[1] != row[2]] == []
    assert len(compared) > 20
