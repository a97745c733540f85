"""Sales that stop at a tier, and prices that repeat: the offence, its look-alike, the unknown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

NIGHT = "2026-06-30#1"  # June is open: the last four closed months are February to May
MONTHS = (2, 3, 4, 5)


def _partner(build: SimpleNamespace, name: str, tiers: Sequence[int], measure: str) -> list[Any]:
    """A partner with one term: so much a contract, more from each tier on."""
    rate = {"basis": "rate", "base_amount": "initial", "fixed_yen": None}
    term = {"tier_measure": measure, "tier_window": "month", "tier_mode": "slab"}
    return [
        build.a_partner(f"P-{name}"),
        build.an_agreement(f"A-{name}", f"P-{name}"),
        build.a_term(f"T-{name}", f"A-{name}", **term | (rate if measure == "amount" else {})),
        *(build.a_tier(f"T-{name}", value, **_price(measure, n)) for n, value in enumerate(tiers)),
    ]


def _price(measure: str, place: int) -> dict[str, Any]:
    return {"rate": (place + 1) / 10} if measure == "amount" else {"fixed_yen": 1_000 * (place + 1)}


def counts(build: SimpleNamespace) -> list[Any]:
    """Contracts of a month against a tier of eight, unless said otherwise."""

    def case(name: str, sold: Mapping[int, int], *, tier: int = 8, **more: Any) -> list[Any]:
        return [
            *_partner(build, name, (0, tier), "count"),
            *(
                build.a_contract(
                    f"C-{name}-{month}-{n}",
                    partner_id=f"P-{name}",
                    contracted_on=date(2026, month, 1 + n),
                    **more,
                )
                for month, number in sold.items()
                for n in range(number)
            ),
        ]

    def months(*numbers: int) -> dict[int, int]:
        return dict(zip(MONTHS, numbers, strict=True))

    gone: dict[str, Any] = {"cancelled_on": date(2026, 6, 1), "contract_status": "cancelled"}
    return [
        *case("HU-THREE", months(8, 8, 3, 8)),
        *case("HU-GONE", months(8, 8, 3, 8), **gone),
        *case("HU-HONEST", months(9, 7, 10, 8)),
        *case("HU-SMALL", months(2, 2, 1, 2), tier=2),
        *case("HU-OPEN", {1: 8} | months(3, 5, 8, 8) | {6: 8}),
        *case("HU-NEW", {3: 8, 4: 8, 5: 8}),
        *_renewed(build, case("HU-TWICE", months(8, 8, 8, 3))),
        build.a_partner("P-HU-NOTIER"),
    ]


def _renewed(build: SimpleNamespace, rows: Sequence[Any]) -> list[Any]:
    """A second version of the agreement from April on."""
    second = {"tier_measure": "count", "tier_window": "month", "tier_mode": "slab"}
    name = {"version": 2, "effective_from": date(2026, 4, 1)}
    return [
        *rows,
        build.an_agreement("A-HU-TWICE", "P-HU-TWICE", **name),
        build.a_term("T-HU-TWO", "A-HU-TWICE", agreement_version=2, **second),
        build.a_tier("T-HU-TWO", 0, fixed_yen=2_000),
        build.a_tier("T-HU-TWO", 8, fixed_yen=3_000),
    ]


def amounts(build: SimpleNamespace) -> list[Any]:
    """Yen of a month against tiers of a million and of three."""

    def case(name: str, *sold: Sequence[int]) -> list[Any]:
        return [
            *_partner(build, name, (0, 1_000_000, 3_000_000), "amount"),
            *(
                build.a_contract(
                    f"C-{name}-{month}-{n}",
                    partner_id=f"P-{name}",
                    product_id="PR-HU",
                    contracted_on=date(2026, month, 10),
                    initial_yen=yen,
                )
                for month, prices in zip(MONTHS, sold, strict=True)
                for n, yen in enumerate(prices)
            ),
        ]

    return [
        build.a_product("PR-HU", list_initial_yen=500_000),
        *case("HU-YEN", (1_030_000,), (480_000, 521_000), (400_000,), (620_000, 380_000)),
        *case("HU-ABOVE", (1_030_001,), (480_000, 551_000), (400_000,), (620_000, 379_999)),
        *case("HU-SECOND", (3_010_000,), (1_510_000, 1_505_000), (100,), (3_001_000,)),
        # One sale of two seats at list price is the tier by itself.
        *case("HU-LISTED", (1_000_000,), (1_000_000,), (1_000_000,), (1_000_000,)),
    ]


def prices(build: SimpleNamespace) -> list[Any]:
    """The list price is ¥100,000 and ¥10,000 a month."""

    def case(name: str, *sold: tuple[int | None, int | None], **more: Any) -> list[Any]:
        given = {
            "partner_id": f"P-{name}",
            "product_id": "PR-RA",
            "contracted_on": date(2026, 5, 1),
        }
        return [
            build.a_partner(f"P-{name}"),
            *(
                build.a_contract(
                    f"C-{name}-{n}", initial_yen=first, monthly_yen=monthly, **given | more
                )
                for n, (first, monthly) in enumerate(sold)
            ),
        ]

    same, listed, seats = (70_000, 9_000), (100_000, 10_000), (100_000, 30_000)
    return [
        build.a_product("PR-RA", list_initial_yen=100_000, list_monthly_yen=10_000),
        build.a_lead("L-RA", partner_id="P-RA-CAMPAIGN", campaign="架空の施策（デモ）"),
        *case("RA-SAME", same, same, same, (90_000, 9_000), listed, seats),
        *case("RA-LISTED", listed, listed, seats, seats, (0, 10_000), (None, 10_000)),
        *case("RA-ONCE", same, (90_000, 9_000), (95_000, 9_500)),
        *case("RA-CAMPAIGN", same, same, lead_id="L-RA"),
        *case("RA-OLD", same, same, contracted_on=date(2025, 6, 30)),
        *case("RA-FREE", (0, 0), (None, None)),
        *case("RA-UNLISTED", same, same, product_id="PR-GONE"),
        *case("RA-DIRECT", same, same, channel="sales"),
        *case("RA-UNSIGNED", same, same, contracted_on=None, agreed_on=date(2026, 5, 1)),
        *case("RA-CLAIM", same, same, uploader="P-RA-CLAIM", _known_at=datetime(2026, 5, 2)),
    ]
