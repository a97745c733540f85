"""What became of a partner's leads and contracts: the offence, its look-alike, the unknown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

NIGHT = "2026-06-30#1"
# Nine months before the night: a clawback of six months ended on 1 April, 90 days ago.
SOLD, WINDOW_ENDED, SIXTY_DAYS_ON = date(2025, 10, 1), date(2026, 4, 1), date(2026, 5, 31)


def _sold(build: SimpleNamespace, name: str, given: Sequence[dict[str, Any]]) -> list[Any]:
    """A partner and its contracts, each of a customer of its own unless said otherwise."""
    defaults = {"partner_id": f"P-{name}", "contracted_on": SOLD}
    return [
        build.a_partner(f"P-{name}"),
        *(
            build.a_contract(f"C-{name}-{n}", **defaults | {"customer": f"{name}-{n}"} | values)
            for n, values in enumerate(given)
        ),
    ]


def _paid(build: SimpleNamespace, name: str, **terms: dict[str, Any]) -> list[Any]:
    """An agreement of the partner with a term for each product."""
    return [
        build.an_agreement(f"A-{name}", f"P-{name}"),
        *(
            build.a_term(f"T-{name}-{key}", f"A-{name}", product_id=f"PR-{key}", **term)
            for key, term in terms.items()
        ),
    ]


def clawbacks(build: SimpleNamespace) -> list[Any]:
    def case(name: str, *given: dict[str, Any], months: int | None = 6) -> list[Any]:
        term = {"clawback_method": "full" if months else None, "clawback_months": months}
        return [*_sold(build, name, given), *_paid(build, name, **{"1": term})]

    ends = [date(2026, 3, 31), WINDOW_ENDED, date(2026, 5, 30), SIXTY_DAYS_ON, None]
    return [
        *case("CB-DROPS", *({"cancelled_on": day} for day in ends)),
        # Not renewed at the end of its six months, and one that runs on.
        *case("CB-TERM", {"term_months": 6, "cancelled_on": WINDOW_ENDED}, {"term_months": 6}),
        *case("CB-YOUNG", {"contracted_on": date(2025, 11, 15), "cancelled_on": date(2026, 5, 20)}),
        *case("CB-FREE", {"cancelled_on": WINDOW_ENDED}, months=None),
    ]


def lapses(build: SimpleNamespace) -> list[Any]:
    began = date(2025, 6, 1)

    def case(name: str, *given: dict[str, Any]) -> list[Any]:
        return _sold(build, name, [{"contracted_on": began} | values for values in given])

    return [
        *case(
            "LA-EARLY",
            {"cancelled_on": date(2025, 8, 31)},
            {"cancelled_on": date(2025, 9, 1)},
            {},
        ),
        *case(
            "LA-TERM",
            {"term_months": 6, "cancelled_on": date(2025, 11, 30)},
            {"term_months": 3, "cancelled_on": date(2025, 9, 1)},
            {"cancelled_on": began},
        ),
        *case("LA-YOUNG", {"contracted_on": date(2026, 4, 1), "cancelled_on": date(2026, 4, 20)}),
    ]


def complaints(build: SimpleNamespace) -> list[Any]:
    def about(name: str, number: int, **more: Any) -> Any:
        place = f"{name}-{number}"
        key = f"K-{place}-{more.get('kind', '')}"
        return build.a_complaint(key, f"P-{name}", f"C-{place}", **more)

    return [
        *_sold(build, "CT-LOUD", [{}, {}, {}, {}]),
        about("CT-LOUD", 0),
        about("CT-LOUD", 0, kind="other"),
        about("CT-LOUD", 1, verified=None),
        about("CT-LOUD", 2, kind="cooling_off", verified=None),
        *_sold(build, "CT-CALM", [{}, {}]),
        about("CT-CALM", 0, verified=False),
        about("CT-CALM", 1, received_on=date(2026, 7, 1)),
        *_sold(
            build,
            "CT-BACK",
            [
                {"cancelled_on": date(2025, 10, 6), "cancel_reason": "クーリング・オフ"},
                {"cancelled_on": date(2025, 10, 6), "cancel_reason": "他社へ乗換え"},
            ],
        ),
        *_sold(build, "CT-YOUNG", [{"contracted_on": date(2026, 6, 15)}]),
        about("CT-YOUNG", 0, received_on=date(2026, 6, 20)),
    ]


def switches(build: SimpleNamespace) -> list[Any]:
    """The new contract is of 10 May; LESS pays 10,000 yen and MORE 30,000."""

    def case(name: str, before: dict[str, Any], **now: Any) -> list[Any]:
        first = {"product_id": "PR-LESS", "cancelled_on": date(2026, 4, 10), "customer": name}
        then = {"product_id": "PR-MORE", "contracted_on": date(2026, 5, 10), "customer": name}
        return [
            *_sold(build, name, [first | before, then | now]),
            *_paid(build, name, LESS={"fixed_yen": 10_000}, MORE={"fixed_yen": 30_000}),
        ]

    return [
        *case("SW-MORE", {}),
        *case("SW-BEFORE", {"cancelled_on": date(2026, 6, 9)}),
        *case("SW-LESS", {"product_id": "PR-MORE"}, product_id="PR-LESS"),
        *case("SW-LONGAGO", {"cancelled_on": date(2026, 4, 9)}),
        *case("SW-TERM", {"cancelled_on": date(2026, 5, 1), "term_months": 7}),
        *case("SW-OTHER", {"customer": "SW-SOMEBODY"}),
        *case("SW-UNPAID", {}, product_id="PR-UNPAID"),
        *case("SW-NOBODY", {}, customer=None),
    ]


def conversions(build: SimpleNamespace) -> list[Any]:
    """Leads of 10 January; agreements take 60 days to ripen and contracts 90."""
    agreed, signed = {"agreed_on": date(2026, 2, 1)}, {"contracted_on": date(2026, 2, 10)}

    def case(name: str, *came: dict[str, Any], **more: Any) -> list[Any]:
        given = {"partner_id": f"P-{name}", "registered_at": datetime(2026, 1, 10, 3)} | more
        sales = [
            {"lead_id": f"L-{name}-{n}", "contracted_on": None} | values
            for n, values in enumerate(came)
            if values
        ]
        return [
            *_sold(build, name, sales),
            *(build.a_lead(f"L-{name}-{n}", **given) for n in range(len(came))),
        ]

    return [
        *case("CV-FEW", {}, {}, agreed),
        *case("CV-ALL", agreed | signed, signed, signed),
        *case("CV-LATER", agreed | {"contracted_on": date(2026, 7, 1)}),
        *case("CV-REFUSED", {}, lead_status="rejected"),
        *case("CV-WAITING", {}, lead_status="new"),
        *case("CV-YOUNG", {}, registered_at=datetime(2026, 4, 20, 3)),
        *case("CV-NEW", {}, registered_at=datetime(2026, 6, 10, 3)),
    ]


def paces(build: SimpleNamespace) -> list[Any]:
    """Eleven partners sell PR-SLOW, nine of them in thirty days; nine sell PR-SHOP in two."""

    def case(name: str, signed_on: date, product_id: str = "PR-SLOW") -> list[Any]:
        made = {"partner_id": f"P-{name}", "product_id": product_id}
        sold = {"lead_id": f"L-{name}", "contracted_on": signed_on} | made
        registered = datetime(2026, 1, 1, 3)
        return [
            *_sold(build, name, [sold]),
            build.a_lead(f"L-{name}", registered_at=registered, **made),
        ]

    month = date(2026, 1, 31)
    return [
        *(row for n in range(9) for row in case(f"PC-PEER{n}", month)),
        *case("PC-FAST", date(2026, 1, 6)),
        *case("PC-FIFTH", date(2026, 1, 7)),
        *(row for n in range(9) for row in case(f"PC-SHOP{n}", date(2026, 1, 3), "PR-SHOP")),
        *case("PC-ALONE", date(2026, 1, 2), "PR-ALONE"),
    ]
