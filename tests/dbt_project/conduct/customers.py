"""What became of customers and leads: the offence, its honest look-alike, the unknown."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

SOLD = date(2026, 5, 10)


def uses(build: SimpleNamespace) -> list[Any]:
    """The last sign of life of anybody is of 20 June."""
    began = date(2026, 4, 1)

    def sold(contract_id: str, **more: Any) -> Any:
        given = {"partner_id": "P-UN", "contracted_on": began, "starts_on": began}
        return build.a_contract(contract_id, **given | {"product_id": "PR-UN"} | more)

    return [
        build.a_partner("P-UN"),
        sold("C-UN-GHOST"),
        sold("C-UN-USED"),
        build.an_event("V-UN-USED", "C-UN-USED", stage="first_use", occurred_on=date(2026, 6, 20)),
        sold("C-UN-SERVED"),
        build.an_event("V-UN-SERVED", "C-UN-SERVED", stage="customer_success"),
        sold("C-UN-PAID"),
        build.a_fee("F-UN-PAID", "C-UN-PAID", due_on=began, collected_on=date(2026, 5, 29)),
        sold("C-UN-BILLED"),
        build.a_fee("F-UN-BILLED", "C-UN-BILLED", due_on=began),
        sold("C-UN-SAID"),
        build.an_event("V-UN-SAID", "C-UN-SAID", uploader="P-UN", stage="first_use"),
        sold("C-UN-NEW", starts_on=date(2026, 6, 10)),
        sold("C-UN-COOLED", cancelled_on=date(2026, 4, 6)),
        sold("C-UN-AGREED", contracted_on=None, agreed_on=began),
        sold("C-UN-UNSEEN", product_id="PR-UNSEEN"),
    ]


def returns(build: SimpleNamespace) -> list[Any]:
    """Each customer's earlier contract ended on 1 April, or as said; the new one is of 10 May."""

    def pair(name: str, before: dict[str, Any], **now: Any) -> list[Any]:
        earlier = {"contracted_on": date(2025, 9, 1), "starts_on": date(2025, 9, 15)}
        earlier |= {"cancelled_on": date(2026, 4, 1), "partner_id": "P-RJ"} | before
        given = {"contracted_on": SOLD, "partner_id": "P-RJ", "customer": name} | now
        return [
            build.a_contract(f"C-{name}-OLD", customer=name, **earlier),
            build.a_contract(f"C-{name}", **given),
        ]

    return [
        *(build.a_partner(name) for name in ("P-RJ", "P-RJ-OTHER")),
        build.a_partner("P-RJ-SUB", parent_partner_id="P-RJ"),
        *pair("RJ-BACK", {}),
        *pair("RJ-SUB", {}, partner_id="P-RJ-SUB"),
        *pair("RJ-OTHER", {}, partner_id="P-RJ-OTHER"),
        *pair("RJ-PRODUCT", {}, product_id="PR-2"),
        *pair("RJ-LATER", {"cancelled_on": date(2025, 11, 10)}),
        *pair("RJ-MISTAKE", {"starts_on": date(2026, 4, 1)}),
        # The term of seven months ends on 14 April; a month later is the next customer.
        *pair("RJ-RENEWED", {"cancelled_on": date(2026, 4, 14), "term_months": 7}),
        *pair("RJ-INTERM", {"cancelled_on": date(2026, 4, 13), "term_months": 7}),
        *pair("RJ-AFTERTERM", {"cancelled_on": date(2026, 3, 15), "term_months": 6}),
        *pair("RJ-UNKNOWN", {}, customer=None),
    ]


def parts(build: SimpleNamespace) -> list[Any]:
    """Pairs of one customer and product, signed 14 days apart unless said otherwise."""
    near = SOLD + timedelta(days=14)

    def pair(name: str, before: dict[str, Any] | None = None, **now: Any) -> list[Any]:
        earlier = {"contracted_on": SOLD, "partner_id": "P-SP", "customer": name} | (before or {})
        given = {"contracted_on": near, "partner_id": "P-SP", "customer": name} | now
        return [
            build.a_contract(f"C-{name}-1", **earlier),
            build.a_contract(f"C-{name}", **given),
        ]

    return [
        *(build.a_partner(name) for name in ("P-SP", "P-SP-OTHER")),
        *pair("SP-TWO"),
        *pair("SP-LATER", contracted_on=near + timedelta(days=1)),
        *pair("SP-SITES", {"address": "東京都港区1-1"}, address="大阪市北区1-1"),
        *pair("SP-PRODUCTS", product_id="PR-2"),
        *pair("SP-SELLERS", partner_id="P-SP-OTHER"),
        *pair("SP-MISTAKE", {"cancelled_on": SOLD}),
        *pair("SP-AGREED", contracted_on=None, agreed_on=near),
        *pair("SP-CLAIM")[:1],
        build.a_contract("c-9", uploader="P-SP", customer="SP-CLAIM", contracted_on=near),
        *pair("SP-NOBODY", customer=None),
    ]


def consents(build: SimpleNamespace) -> list[Any]:
    """The lead is of 1 April, the contract of 10 May, the contact is 山田."""

    def signed(name: str, signed_on: date | None, **more: Any) -> list[Any]:
        contract_id = f"C-CO-{name}"
        sold = {"partner_id": "P-CO", "lead_id": "L-CO", "contracted_on": SOLD}
        given = {"received_at": datetime(2026, 5, 12, 3), "signer_name": "山田"} | more
        return [
            build.a_contract(contract_id, contact_name="山田", **sold),
            build.an_evidence(f"E-CO-{name}", contract_id, signed_on=signed_on, **given),
        ]

    late = {"received_at": datetime(2027, 1, 1, 3)}
    return [
        build.a_partner("P-CO"),
        build.a_lead("L-CO", partner_id="P-CO", registered_at=datetime(2026, 1, 5, 3)),
        *signed("FITS", date(2026, 5, 1)),
        *signed("AFTER", date(2026, 5, 11)),
        *signed("BEFORE", date(2026, 1, 4)),
        *signed("STRANGER", date(2026, 5, 1), signer_name="鈴木"),
        *signed("OLD", date(2026, 2, 8)),
        *signed("AGED", date(2026, 2, 9)),
        *signed("FILED", date(2026, 5, 1), **late),
        *signed("UNDATED", None),
        *signed("EMPTY", None, signer_name=None),
        *signed("OTHERFORM", date(2026, 5, 11), evidence_kind="application_form"),
    ]
