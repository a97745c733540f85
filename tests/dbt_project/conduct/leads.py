"""Leads that are no news: the offence, its honest look-alike, the unknown."""

from __future__ import annotations

from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

MARCH, APRIL = datetime(2026, 3, 1, 3), datetime(2026, 4, 1, 3)


def repeated(build: SimpleNamespace) -> list[Any]:
    """Pairs of one customer and product: of March (rejected unless said otherwise) and April."""

    def pair(name: str, before: dict[str, Any] | None = None, **now: Any) -> list[Any]:
        earlier = {"registered_at": MARCH, "lead_status": "rejected", "reject_reason": "対象外"}
        earlier |= {"partner_id": "P-RE", "customer": name} | (before or {})
        given = {"registered_at": APRIL, "partner_id": "P-RE", "customer": name} | now
        return [build.a_lead(f"L-{name}-1", **earlier), build.a_lead(f"L-{name}", **given)]

    lost = {"lead_status": "lost", "reject_reason": None}
    return [
        *(build.a_partner(name) for name in ("P-RE", "P-RE-OTHER")),
        build.a_partner("P-RE-SUB", parent_partner_id="P-RE"),
        *pair("RE-AGAIN"),
        *pair("RE-LIVE", {"lead_status": "accepted", "reject_reason": None}),
        *pair("RE-SUB", partner_id="P-RE-SUB"),
        *pair("RE-CORRECTED", {"reject_reason": "情報 不備"}),
        *pair("RE-LOST", lost | {"updated_at": datetime(2026, 3, 20)}),
        *pair("RE-OLD", {"registered_at": datetime(2025, 10, 2, 3)}),
        *pair("RE-PRODUCT", product_id="PR-9"),
        *pair("RE-OTHER", partner_id="P-RE-OTHER"),
        # The partner told of it in March, and the CRM has it since April, under its own id.
        build.a_lead("l-9", uploader="P-RE", customer="RE-ENTERED", _known_at=datetime(2026, 2, 1)),
        build.a_lead("L-RE-ENTERED", partner_id="P-RE", registered_at=APRIL, customer="RE-ENTERED"),
        *pair("RE-UNKNOWN", customer=None),
    ]


def known(build: SimpleNamespace) -> list[Any]:
    """The vendor's own lead is of March, and the partner's of April."""

    def lead(name: str, **more: Any) -> Any:
        given = {"registered_at": APRIL, "partner_id": "P-KN", "customer": name} | more
        return build.a_lead(f"L-{name}", **given)

    def direct(name: str, **more: Any) -> Any:
        given = {"registered_at": MARCH, "channel": "marketing", "customer": name} | more
        return build.a_lead(f"L-{name}-DIRECT", **given)

    def contract(name: str, **more: Any) -> Any:
        given = {"contracted_on": date(2025, 5, 1), "channel": "sales", "customer": name} | more
        return build.a_contract(f"C-{name}", **given)

    lost = {"lead_status": "lost", "updated_at": datetime(2026, 3, 20)}
    names = ("OPEN", "LOST", "LATELY", "OLD", "AFTER", "PRODUCT", "HANDED")
    names += ("RUNNING", "ENDED", "AGREED", "NEW")
    return [
        build.a_partner("P-KN"),
        *(lead(f"KN-{name}") for name in names),
        direct("KN-OPEN"),
        direct("KN-LOST", **lost),
        direct("KN-LATELY", **lost | {"updated_at": datetime(2026, 4, 20)}),
        direct("KN-OLD", registered_at=datetime(2025, 10, 1, 3)),
        direct("KN-AFTER", registered_at=datetime(2026, 4, 2, 3)),
        direct("KN-PRODUCT", product_id="PR-9"),
        direct("KN-HANDED", partner_id="P-KN"),
        contract("KN-RUNNING"),
        contract("KN-ENDED", cancelled_on=date(2026, 3, 20)),
        contract("KN-AGREED", contracted_on=None, agreed_on=date(2026, 3, 1)),
        lead("KN-UNKNOWN", customer=None),
    ]
