"""What partners' files tell: the offence, its honest look-alike, the unknown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

SOLD = date(2026, 5, 10)
MAY, JUNE = datetime(2026, 5, 12, 15), datetime(2026, 6, 12, 15)


def records(build: SimpleNamespace) -> list[Any]:
    """One partner a case: what the CRM has, and what the partner's file of 13 June says."""

    def case(name: str, told: dict[str, Any], **crm: Any) -> list[Any]:
        partner, stated = f"P-RM-{name}", {"contracted_on": SOLD, "initial_yen": 100_000}
        given = stated | {"partner_id": partner, "updated_at": datetime(2026, 6, 1)} | crm
        return [
            build.a_partner(partner),
            build.a_contract(f"C-RM-{name}", **given),
            build.a_contract(
                f"C-RM-{name}", uploader=partner, **{"_known_at": JUNE} | stated | told
            ),
        ]

    def claim(name: str, known_at: datetime) -> list[Any]:
        partner = f"P-RM-{name}"
        sold = build.a_contract("c-1", uploader=partner, contracted_on=SOLD, _known_at=known_at)
        return [build.a_partner(partner), sold]

    return [
        *case("SAME", {}),
        *case("AMOUNT", {"initial_yen": 150_000}),
        *case("EMPTY", {"initial_yen": None}),
        *case("CORRECTED", {}, initial_yen=90_000, updated_at=datetime(2026, 6, 20)),
        *case("ENDED", {"cancelled_on": date(2026, 6, 1)}),
        *case("ENDEDBOTH", {"cancelled_on": date(2026, 6, 1)}),
        build.an_event(
            "V-RM", "C-RM-ENDEDBOTH", stage="cancellation", occurred_on=date(2026, 6, 1)
        ),
        *claim("CLAIMED", MAY),
        *claim("JUSTCLAIMED", JUNE),
        build.a_partner("P-RM-SILENT"),
    ]


def fields(build: SimpleNamespace) -> list[Any]:
    """Leads of a partner's deliveries: each pair is (leads, leads that carry a phone)."""
    days = [datetime(2026, month, 9, 15) for month in (2, 3, 4, 5, 6)]

    def partner(
        name: str, *deliveries: Sequence[int], known_at: datetime | None = None
    ) -> list[Any]:
        """One file a month, or with `known_at` all of them in that night."""
        return [
            build.a_partner(f"P-FL-{name}"),
            *(
                build.a_lead(
                    f"{place}-{n}",
                    uploader=f"P-FL-{name}",
                    phone="0311112222" if n < with_phone else None,
                    registered_at=days[place] - timedelta(days=1),
                    _known_at=known_at or days[place],
                    _file_sha256=f"fl-{name}-{9 - place}",
                )
                for place, (count, with_phone) in enumerate(deliveries)
                for n in range(count)
            ),
        ]

    return [
        *partner("DARK", (10, 10), (10, 10), (10, 4), (10, 5)),
        *partner("ONCE", (10, 10), (10, 10), (10, 0), (10, 10)),
        *partner("FEWER", (10, 10), (10, 10), (2, 0), (2, 0)),
        *partner("NEVER", (10, 0), (10, 0), (10, 0), (10, 0)),
        *partner("YOUNG", (10, 10), (10, 0)),
        *partner("ATONCE", (10, 10), (10, 10), (10, 4), (10, 5), known_at=days[-1]),
        *partner("MENDED", (10, 10), (10, 10), (10, 4), (10, 5), (3, 3)),
    ]
