"""Contracts drawn for a blind check (`marts.audit_sample`), and what is known of one of them."""

from __future__ import annotations

from typing import Any

import duckdb

from review.desk.published import FIGURES, columns_of, records_of

# Under which flag_id a check is decided: this and the contract.
AUDIT_PREFIX = "random_audit:"
_AUDITS = f"""
with asked as (
    select contract_id, draw, verdict from {FIGURES}.marts.audit_sample
    union all
    select contract_id, null as draw, null as verdict from {FIGURES}.marts.fct_contracts
    where
        list_contains($decided::varchar[], contract_id)
        and contract_id not in (select contract_id from {FIGURES}.marts.audit_sample)
)
select '{AUDIT_PREFIX}' || contract_id as flag_id, asked.draw, asked.verdict, contracts.*
from asked
inner join {FIGURES}.marts.fct_contracts as contracts using (contract_id)
"""
_EVENTS = f"""
select occurred_on, stage, amount_yen, evidence, source, file_sha256 || ':' || row_number as row_id
from {FIGURES}.marts.fct_funnel_events
where contract_id = $1 or (lead_id = $2 and contract_id is null)
order by occurred_on, funnel_event_id
"""
_COMMISSIONS = f"""
select occurred_on, stage, role, partner_id, outcome, amount_yen, sentence_ja
from {FIGURES}.marts.fct_commission_decisions
where contract_id = ? and outcome not in ('superseded', 'no_term')
order by occurred_on, decision_row_id
"""


def list_audits(connection: duckdb.DuckDBPyConnection, decided: list[str]) -> list[dict[str, Any]]:
    """The month's draw in its order, with the columns of `fct_contracts`; empty without one.

    `decided`: contracts that the desk has checked; those that have left the draw come last.
    """
    if not columns_of(connection, "marts", "audit_sample", FIGURES):
        return []
    return records_of(connection, f"{_AUDITS} order by draw, contract_id", {"decided": decided})


def find_audit(
    connection: duckdb.DuckDBPyConnection, flag_id: str, decided: list[str]
) -> dict[str, Any] | None:
    """One contract of `list_audits` with its `events`, `commissions` and `evidence_rows`."""
    if not columns_of(connection, "marts", "audit_sample", FIGURES):
        return None
    values = {"decided": decided, "flag_id": flag_id}
    found = records_of(connection, f"{_AUDITS} where flag_id = $flag_id", values)
    if not found:
        return None
    audit = found[0]
    events = records_of(connection, _EVENTS, [audit["contract_id"], audit["lead_id"]])
    own = f"{audit['file_sha256']}:{audit['row_number']}"
    return audit | {
        "events": events,
        "commissions": records_of(connection, _COMMISSIONS, [audit["contract_id"]]),
        "evidence_rows": ";".join(dict.fromkeys([own, *(event["row_id"] for event in events)])),
    }
