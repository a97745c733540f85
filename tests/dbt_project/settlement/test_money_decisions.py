"""What decisions and late changes do to the statements of a month that follows a close."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import duckdb
import polars as pl
import pytest

from ingestion.closes import CLOSE_SCHEMA
from ingestion.lake import Night
from ingestion.statements import STATEMENT_TABLES, frozen
from orchestration.checklist import NOTED, Item, Scope, decisions_without_effect

MAY, JUNE = "2026-05-31#1", "2026-06-30#1"
MARTS = {"statements": "partner_statements", "statement_lines": "partner_statement_lines"}
Warehouse = duckdb.DuckDBPyConnection
Make = Callable[..., Warehouse]


def _sold(build: SimpleNamespace, name: str, **more: Any) -> Any:
    given = {"contracted_on": date(2026, 5, 10), "initial_yen": 100_000, "term_months": 12}
    return build.a_contract(name, partner_id="P-1", **given | more)


def _agreed(build: SimpleNamespace) -> list[Any]:
    """10 % of the first fee, no clawback agreed, self-dealing fined; the strict regime."""
    return [
        build.a_partner("P-1", legal_regime="toriteki"),
        build.an_agreement("A-1", "P-1", payment_month_offset=1, payment_day=31),
        build.a_term(
            "T-1", "A-1", basis="rate", base_amount="initial", rate=Decimal("0.1"), fixed_yen=None
        ),
        build.a_clause("A-1", "8", penalty_yen=30_000),
        build.a_clause("A-1", "9", consequence="forfeit"),
        *(
            _sold(build, name)
            for name in ("C-GONE", "C-BARE", "C-FINED", "C-LESS", "C-LAW", "C-KEPT")
        ),
    ]


def _flag(contract_id: str, rule_id: str = "self_dealing") -> dict[str, Any]:
    return {
        "flag_id": f"{rule_id}:{contract_id}",
        "rule_id": rule_id,
        "rule_version": "1",
        "subject_kind": "contract",
        "subject_id": contract_id,
        "partner_id": "P-1",
        "contract_id": contract_id,
        "severity": "high",
        "hold_scope": "none",
        "evidence_digest": "seen",
    }


def _news(build: SimpleNamespace, posting_id: str) -> list[Any]:
    """Decisions on flags and on none; two contracts got smaller, one of them may be netted."""
    at = {"decided_at": datetime(2026, 6, 10, 3), "decided_by": "佐藤"}
    seen = at | {"evidence_seen": "seen"}
    return [
        build.a_decision("D-1", "self_dealing:C-GONE", money_action="claw_back", **seen),
        build.a_decision("D-4", "impossible_timeline:C-BARE", money_action="claw_back", **seen),
        build.a_decision("D-5", "self_dealing:C-KEPT", money_action="claw_back", **seen),
        build.a_decision("D-2", "self_dealing:C-FINED", money_action="penalty", **seen),
        _sold(build, "C-LESS", initial_yen=60_000, term_months=6),
        _sold(build, "C-LAW", initial_yen=50_000),
        _sold(build, "C-KEPT", discount_rate=Decimal("0.1")),
        build.a_decision(
            "D-3", f"needs_legal:{posting_id}", money_action="claw_back", second_by="鈴木", **at
        ),
    ]


def _close(con: Warehouse) -> dict[str, pl.DataFrame]:
    """What `teikei close 2026-05` commits."""
    known_at = Night.parse(MAY).known_at
    close = {"close_id": f"{MAY}-c1", "period": "2026-05", "known_at": known_at}
    tables = {
        table: frozen(
            con.sql(f"from marts.{mart} where period = '2026-05'").pl(),
            STATEMENT_TABLES[table],
            close,
        )
        for table, mart in MARTS.items()
    }
    return {"closes": pl.DataFrame([close], schema=CLOSE_SCHEMA), **tables}


@pytest.fixture(scope="module")
def june(warehouse: Make, build: SimpleNamespace) -> Warehouse:
    """The statements of June; a posting's id is known before a decision can name it."""
    bare = _flag("C-BARE", "impossible_timeline")
    flags = {MAY: [_flag("C-GONE"), _flag("C-FINED"), bare]}
    rows: dict[str, list[Any]] = {MAY: _agreed(build)}
    posted = {MAY: _due(warehouse(rows, flags=flags))}
    closed = _close(warehouse(rows, postings=posted, flags=flags, settlement=True))
    lake = {"flags": flags, "frozen": {f"{MAY}-c1": closed}}
    rows |= {JUNE: _news(build, "unknown yet")}
    posted |= {JUNE: _due(warehouse(rows, postings=posted, **lake))}
    (law,) = (row["posting_id"] for row in posted[JUNE] if row["contract_id"] == "C-LAW")
    return warehouse(rows | {JUNE: _news(build, law)}, postings=posted, settlement=True, **lake)


def _due(con: Warehouse) -> list[dict[str, Any]]:
    return con.sql("from intermediate.postings_due").pl().to_dicts()


def _told(con: Warehouse, sql: str) -> list[tuple[Any, ...]]:
    return sorted(con.sql(sql).fetchall())


def test_june_states_what_was_decided(june: Warehouse) -> None:
    sql = (
        "select deal_id, component, reason_code, status, amount_yen "
        "from marts.partner_statement_lines where period = '2026-06'"
    )
    assert _told(june, sql) == [
        # no clause provides for a forfeiture by that rule
        ("C-BARE", "base", "forfeited", "needs_legal", -10_000),
        ("C-FINED", "penalty", "new", "payable", -30_000),
        ("C-GONE", "base", "forfeited", "payable", -10_000),
        ("C-LAW", "base", "corrected", "payable", -5_000),
        ("C-LESS", "base", "corrected", "needs_legal", -4_000),
    ]


def test_penalty_stands_apart_from_the_clawback(june: Warehouse) -> None:
    sql = (
        "select penalty_yen, clawback_yen, net_yen, amount_due_yen "
        "from marts.partner_statements where period = '2026-06'"
    )
    assert _told(june, sql) == [(-30_000, -15_000, -45_000, 0)]


def test_effects_say_what_each_decision_did(june: Warehouse) -> None:
    sql = "select decision_id, effect, yen_at_stake from marts.decision_effects"
    assert _told(june, sql) == [
        ("D-1", "effective", 10_000),
        ("D-2", "effective", 30_000),
        ("D-3", "effective", 0),
        ("D-4", "effective", 10_000),
        ("D-5", "unseen_evidence", 0),
    ]


def test_close_notes_the_decisions_without_effect(june: Warehouse) -> None:
    noted = decisions_without_effect(june, Scope("2026-06"))
    assert noted == Item(
        "decisions_without_effect", NOTED, 1, ("D-5: self_dealing:C-KEPT (unseen_evidence)",)
    )


def test_changes_after_the_close_are_listed_with_what_they_moved(june: Warehouse) -> None:
    sql = (
        "select contract_id, field, old_value, new_value, closed_period, effect_yen "
        "from marts.post_close_drift"
    )
    assert _told(june, sql) == [
        ("C-LAW", "initial_yen", "100000", "50000", "2026-05", -5_000),
        ("C-LESS", "initial_yen", "100000", "60000", "2026-05", -4_000),
        ("C-LESS", "term_months", "12", "6", "2026-05", -4_000),
    ]
