"""Events: what happened to the deals of partners, with all a term may ask about each.

Only what is dated on or before D is here: "what is dated after D is not yet owed, counted or
judged".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from .months import MONTHS_A_YEAR
from .rows import Row, business_day, current, versions

ONCE = ("onboarding", "customer_success")
REPEATED = ("renewal", "upsell")
FROM_ONBOARDING = ONCE + REPEATED


@dataclass(frozen=True)
class Event:
    name: str
    stage: str
    on: date
    anchor: date | None  # None: contracted_on is unknown
    seller: str
    product: str | None
    prefecture: str | None
    place: tuple[str, str]  # contract_id (or lead_id) and event_id: who comes first on a day
    months_from: date | None  # where months of recurring lines and of clawbacks begin
    amounts: dict[str, int]  # base_amount → yen
    lead: str | None = None  # the lead of its deal
    is_confirmed: bool = True
    is_forfeited: bool = False
    cancelled_on: date | None = None  # the cancellation in force
    evidence: dict[str, date] | None = None  # kind → first received on
    fees: tuple[tuple[date, date | None], ...] = ()  # due_on and, once collected, collected_on


def all_events(rows: list[Row], today: date) -> list[Event]:
    return [*_lead_events(rows, today), *_contract_events(rows, today)]


def _is_partner_deal(row: Row) -> bool:
    # "Deals of another channel than partner earn no commission."
    return row.uploader is None and row.get("channel") == "partner" and bool(row.get("partner_id"))


def _lead_events(rows: list[Row], today: date) -> Iterator[Event]:
    for lead in filter(_is_partner_deal, current(rows, "leads")):
        # "lead = registered_at's business day, only while lead_status is not rejected"
        day = business_day(lead.get("registered_at"))
        if day > today or lead.get("lead_status") == "rejected":
            continue
        yield Event(
            name=f"lead:{lead.get('lead_id')}",
            stage="lead",
            on=day,
            anchor=day,  # "for stages 1–2 the event's date"
            seller=lead.get("partner_id"),
            product=lead.get("product_id"),
            prefecture=lead.get("prefecture"),
            place=(lead.get("lead_id"), ""),
            months_from=None,
            amounts={},
            lead=lead.get("lead_id"),
            evidence={},
        )


def _contract_events(rows: list[Row], today: date) -> Iterator[Event]:
    happenings = [row for row in current(rows, "contract_events") if row.get("occurred_on")]
    for contract in filter(_is_partner_deal, current(rows, "contracts")):
        own = [
            row
            for row in happenings
            if row.get("contract_id") == contract.get("contract_id")
            and row.get("occurred_on") <= today
        ]
        shared = _Shared(
            cancelled_on=_cancellation(contract, own, today),
            evidence=_evidence(rows, contract.get("contract_id"), today),
            fees=_fees(rows, contract.get("contract_id"), today),
        )
        for stage, day in (("agreement", "agreed_on"), ("contract", "contracted_on")):
            # "agreement = agreed_on; contract = contracted_on"
            if contract.get(day) and contract.get(day) <= today:
                yield _event(stage, contract.get(day), contract, None, shared)
        for row in _counted(own):
            # "later stages = occurred_on of the contract event"
            yield _event(row.get("stage"), row.get("occurred_on"), contract, row, shared)


@dataclass(frozen=True)
class _Shared:
    """What all events of a contract have in common."""

    cancelled_on: date | None
    evidence: dict[str, date]
    fees: tuple[tuple[date, date | None], ...]


def _event(stage: str, day: date, contract: Row, row: Row | None, shared: _Shared) -> Event:
    contract_id = contract.get("contract_id")
    event_id = "" if row is None else row.get("event_id")
    # "An empty starts_on is contracted_on."
    starts_on = contract.get("starts_on") or contract.get("contracted_on")
    # "For renewal and upsell, months (recurring and clawback) run from occurred_on."
    is_repeated = stage in REPEATED
    return Event(
        name=f"{stage}:{event_id if is_repeated else contract_id}",
        stage=stage,
        on=day,
        # "the anchor date (contracted_on; for stages 1–2 the event's date)"
        anchor=day if stage == "agreement" else contract.get("contracted_on"),
        seller=contract.get("partner_id"),
        # "An event's product is contract_events.product_id, else the contract's."
        product=(row.get("product_id") if row else None) or contract.get("product_id"),
        prefecture=contract.get("prefecture"),
        place=(contract_id, event_id),
        months_from=day if is_repeated else starts_on,
        amounts=_amounts(contract, row),
        lead=contract.get("lead_id"),
        # "contracts, renewals, upsells and cancellations count once the CRM has them"
        is_confirmed=row is None or row.uploader is None or not is_repeated,
        cancelled_on=shared.cancelled_on,
        evidence=shared.evidence,
        fees=shared.fees,
    )


def _amounts(contract: Row, row: Row | None) -> dict[str, int]:
    # "An empty amount is 0 and keeps its line and its decision."
    initial, monthly = contract.get("initial_yen") or 0, contract.get("monthly_yen") or 0
    # "first_year = initial_yen + monthly_yen × min(12, term_months, 12 if empty);
    # discount_rate never changes a base amount."
    stated = contract.get("term_months")
    months = MONTHS_A_YEAR if stated is None else min(MONTHS_A_YEAR, stated)
    return {
        "initial": initial,
        "monthly": monthly,
        "first_year": initial + monthly * months,
        "event": (row.get("amount_yen") or 0) if row else 0,
    }


def _counted(own: list[Row]) -> Iterator[Row]:
    # "onboarding and customer_success count once per contract (the earliest); renewals and upsells
    # per event_id." "onboarding and customer_success count from either door".
    for stage in ONCE:
        found = [row for row in own if row.get("stage") == stage]
        # On one day the CRM's row comes first: it "is the system of record".
        yield from sorted(found, key=_first)[:1]
    confirmed = {row.get("event_id") for row in own if row.uploader is None}
    for row in own:
        is_known_claim = row.uploader is not None and row.get("event_id") in confirmed
        if row.get("stage") in REPEATED and not is_known_claim:
            yield row


def _first(row: Row) -> tuple[date, bool, str]:
    return (row.get("occurred_on"), row.uploader is not None, row.get("event_id"))


def _cancellation(contract: Row, own: list[Row], today: date) -> date | None:
    # "The cancellation in force is the earliest cancelled_on or cancellation event after the last
    # reinstatement; contract_status is not read for money". Partners' claims do not cancel.
    def days(stage: str) -> list[date]:
        crm = [row for row in own if row.uploader is None]
        return [row.get("occurred_on") for row in crm if row.get("stage") == stage]

    ended = days("cancellation")
    if contract.get("cancelled_on") and contract.get("cancelled_on") <= today:
        ended.append(contract.get("cancelled_on"))
    reinstated = max(days("reinstatement"), default=date.min)
    return min((day for day in ended if day > reinstated), default=None)


def _evidence(rows: list[Row], contract_id: str, today: date) -> dict[str, date]:
    # "Evidence counts whenever received, also after the cancellation, for every event of its
    # contract."
    arrived = {key: min(v.known_on for v in old) for key, old in versions(rows, "evidence").items()}
    first: dict[str, date] = {}
    for row in current(rows, "evidence"):
        # "In partner files, received_at … count from known_at, whatever the file says"
        received = arrived[row.key] if row.uploader else business_day(row.get("received_at"))
        if row.get("contract_id") == contract_id and received <= today:
            kind = row.get("evidence_kind")
            first[kind] = min(received, first.get(kind, received))
    return first


def _fees(rows: list[Row], contract_id: str, today: date) -> tuple[tuple[date, date | None], ...]:
    # "A fee is collected by any row with amount_yen > 0": refunds and zeros are no fees.
    mine = [
        row
        for row in current(rows, "collections")
        if row.get("contract_id") == contract_id and row.get("amount_yen") > 0
    ]

    def collected(row: Row) -> date | None:
        day: date | None = row.get("collected_on")
        return day if day and day <= today else None

    return tuple((row.get("due_on"), collected(row)) for row in mine)
