"""Literal rows for cases by hand: what a row needs to make sense is given, the rest is empty."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from .oracle import Decisions, net
from .rows import Row

D = date(2026, 6, 30)


def a(entity: str, known_on: date = D, order: int = 0, **values: Any) -> Row:
    return Row(entity, values, known_on, order)


def agreement(agreement_id: str = "G", version: int = 1, partner: str = "P", **values: Any) -> Row:
    key = {"agreement_id": agreement_id, "version": version, "partner_id": partner}
    return a("agreements", **key | {"effective_from": date(2026, 1, 1)} | values)


def term(term_id: str = "T", agreement_id: str = "G", version: int = 1, **values: Any) -> Row:
    key = {"term_id": term_id, "agreement_id": agreement_id, "agreement_version": version}
    given = {"stage": "contract", "basis": "fixed", "fixed_yen": 10_000, "approved_by": "checker"}
    return a("commission_terms", **key | given | values)


def rated(rate: str, base: str = "initial", **values: Any) -> Row:
    return term(basis="rate", rate=Decimal(rate), base_amount=base, fixed_yen=None, **values)


def bands(basis: str, *prices: tuple[int, Any]) -> list[Row]:
    return [a("commission_tiers", term_id="T", from_value=at, **{basis: p}) for at, p in prices]


def contract(
    contract_id: str = "C", on: date = date(2026, 4, 10), known_on: date = D, **values: Any
) -> Row:
    given = {"contract_id": contract_id, "channel": "partner", "partner_id": "P", "product_id": "A"}
    return a("contracts", known_on, **given | {"contracted_on": on} | values)


def event(event_id: str, stage: str, on: date, contract_id: str = "C", **values: Any) -> Row:
    return a(
        "contract_events",
        event_id=event_id,
        contract_id=contract_id,
        stage=stage,
        occurred_on=on,
        **values,
    )


def fee(name: str, due: date, collected: date | None, yen: int = 10_000) -> Row:
    return a(
        "collections",
        collection_id=name,
        contract_id="C",
        due_on=due,
        collected_on=collected,
        amount_yen=yen,
    )


def proof(name: str, at: datetime, kind: str = "consent_form", **more: Any) -> Row:
    values = {"evidence_id": name, "contract_id": "C", "evidence_kind": kind, "received_at": at}
    return a("evidence", **values | more)


def lines(*rows: Row, today: date = D) -> dict[tuple[str, str, str], int]:
    """(component, subject, period) → yen."""
    return {key[3:]: yen for key, yen in net(list(rows), today)[0].items()}


def decided(*rows: Row, today: date = D) -> Decisions:
    return net(list(rows), today)[1]
