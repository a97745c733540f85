"""One posted ledger under flags of every scope, with and without decisions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

EARLIER, TONIGHT = "2026-05-31#1", "2026-06-30#1"


def _posting(contract_id: str, partner_id: str, amount_yen: int, place: int = 1) -> dict[str, Any]:
    subject = f"contract:{contract_id}"
    line = f"{partner_id}|seller|T-{partner_id}|{subject}|base|2026-05"
    return {
        "posting_id": f"{contract_id}-{place}",
        "line_key": line,
        "partner_id": partner_id,
        "role": "seller",
        "component": "base",
        "subject": subject,
        "contract_id": contract_id,
        "stage": "contract",
        "term_id": f"T-{partner_id}",
        "earn_period": "2026-05",
        "post_period": "2026-05",
        "amount_yen": amount_yen,
        "agreement_version": 1,
        "reason_code": "new",
    }


def _flag(rule_id: str, scope: str, subject: str, partner_id: str, **more: Any) -> dict[str, Any]:
    return {
        "flag_id": f"{rule_id}:{subject}",
        "rule_id": rule_id,
        "rule_version": "1",
        "subject_kind": "contract" if scope == "none" else scope,
        "subject_id": subject,
        "partner_id": partner_id,
        "contract_id": subject,
        "severity": "high",
        "hold_scope": scope,
        "evidence_rows": "file:2",
        "evidence_digest": "seen",
    } | more


def _deals(build: SimpleNamespace) -> list[Any]:
    contracts = {
        "P-1": ("C-FREE", "C-HELD", "C-WATCHED", "C-CLEARED"),
        "P-2": ("C-ALL", "C-NEG"),
        "P-3": ("C-LEAD",),
    }
    rows = [
        build.a_contract(
            contract_id,
            partner_id=partner_id,
            lead_id=f"L-{contract_id}",
            contracted_on=date(2026, 5, 10),
        )
        for partner_id, ids in contracts.items()
        for contract_id in ids
    ]
    for partner_id in contracts:
        rows += [
            build.a_partner(partner_id),
            build.an_agreement(f"A-{partner_id}", partner_id),
            build.a_term(f"T-{partner_id}", f"A-{partner_id}", maturation_days=30),
        ]
    return rows


@pytest.fixture(scope="session")
def settled(
    warehouse: Callable[..., duckdb.DuckDBPyConnection], build: SimpleNamespace
) -> duckdb.DuckDBPyConnection:
    postings = [
        *(_posting(name, "P-1", 10_000) for name in ("C-FREE", "C-HELD", "C-WATCHED", "C-CLEARED")),
        _posting("C-ALL", "P-2", 10_000),
        _posting("C-NEG", "P-2", -4_000),
        _posting("C-LEAD", "P-3", 10_000),
    ]
    flags = [
        _flag("consent_missing", "contract", "C-HELD", "P-1"),
        _flag("watched", "none", "C-WATCHED", "P-1"),
        _flag("consent_missing", "contract", "C-CLEARED", "P-1"),
        _flag("consent_reused", "partner", "P-2", "P-2", contract_id=None),
    ]
    lead = _flag("duplicate", "lead", "L-C-LEAD", "P-3", lead_id="L-C-LEAD", contract_id=None)
    cleared = build.a_decision(
        "D-1",
        "consent_missing:C-CLEARED",
        evidence_seen="seen",
        verdict="false_positive",
        decided_at=datetime(2026, 6, 10, 3),
    )
    return warehouse(
        {EARLIER: _deals(build), TONIGHT: [cleared]},
        postings={EARLIER: postings},
        flags={EARLIER: [*flags, lead], TONIGHT: [lead]},
        settlement=True,
    )
