"""How something was sold: the offence, its honest look-alike, the unknown."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

SOLD = date(2026, 5, 10)
MARCH, APRIL = datetime(2026, 3, 1, 3), datetime(2026, 4, 1, 3)


def discounts(build: SimpleNamespace) -> list[Any]:
    """The limit is 10 % until 20 May and 30 % from then on."""
    listed = {"list_initial_yen": 100_000, "list_monthly_yen": 10_000}
    rounded = {"list_initial_yen": 18_000, "list_monthly_yen": 5_800}
    limits = ((datetime(2025, 4, 1), "0.1"), (datetime(2026, 5, 20), "0.3"))

    def sold(contract_id: str, rate: str | None, **more: Any) -> Any:
        given = {"partner_id": "P-DI", "product_id": "PR-D", "contracted_on": SOLD} | more
        return build.a_contract(
            contract_id, discount_rate=None if rate is None else Decimal(rate), **given
        )

    return [
        build.a_partner("P-DI"),
        *(
            build.a_product("PR-D", max_discount_rate=Decimal(limit), updated_at=day, **listed)
            for day, limit in limits
        ),
        build.a_lead("L-CAMPAIGN", partner_id="P-DI", campaign="架空の施策（デモ）"),
        sold("C-DI-WITHIN", "0.1"),
        sold("C-DI-BEYOND", "0.25"),
        sold("C-DI-RAISED", "0.25", contracted_on=date(2026, 5, 20)),
        sold("C-DI-CAMPAIGN", "0.4", lead_id="L-CAMPAIGN"),
        sold("C-DI-UNSTATED", None, initial_yen=60_000, monthly_yen=10_000),
        sold("C-DI-LISTED", None, initial_yen=90_000, monthly_yen=12_000),
        # 10 % off ¥18,000 and ¥5,800: the month's ¥5,220 rounded to the hundred, or beyond.
        build.a_product("PR-R", max_discount_rate=Decimal("0.1"), **rounded),
        sold("C-DI-ROUNDED", None, product_id="PR-R", initial_yen=16_200, monthly_yen=5_200),
        sold("C-DI-HUNDRED", None, product_id="PR-R", initial_yen=16_200, monthly_yen=5_100),
        sold("C-DI-NOFEES", None),
        sold("C-DI-NOPRODUCT", "0.5", product_id="PR-GONE"),
    ]


def territories(build: SimpleNamespace) -> list[Any]:
    """Osaka joins the territory on 1 June."""

    def sold(contract_id: str, prefecture: str | None, **more: Any) -> Any:
        given = {"partner_id": "P-TE", "contracted_on": SOLD, "prefecture": prefecture}
        return build.a_contract(contract_id, **given | more)

    return [
        build.a_partner("P-TE"),
        build.a_partner("P-NOAGREEMENT"),
        build.an_agreement(
            "A-TE", "P-TE", territory="東京都;神奈川", effective_to=date(2026, 5, 31)
        ),
        build.an_agreement(
            "A-TE", "P-TE", version=2, territory="東京都;大阪府", effective_from=date(2026, 6, 1)
        ),
        build.a_lead("L-TE", partner_id="P-TE", prefecture="神奈川県"),
        sold("C-TE-IN", "東京都"),
        sold("C-TE-OUT", "大阪府"),
        sold("C-TE-WIDER", "大阪府", contracted_on=date(2026, 6, 1)),
        sold("C-TE-LEAD", None, lead_id="L-TE"),
        sold("C-TE-NOWHERE", None),
        sold("C-TE-NOAGREEMENT", "東京都", partner_id="P-NOAGREEMENT"),
    ]


def attributions(build: SimpleNamespace) -> list[Any]:
    """Deals of 1 March, sold on 10 May and entered in the CRM as contracts two days before."""

    def deal(name: str, *versions: tuple[datetime, str | None]) -> list[Any]:
        return [
            *(
                build.a_lead(
                    f"L-{name}", partner_id=partner_id, registered_at=MARCH, updated_at=told_at
                )
                for told_at, partner_id in versions
            ),
            build.a_contract(
                f"C-{name}",
                partner_id="P-AT",
                lead_id=f"L-{name}",
                contracted_on=SOLD,
                updated_at=datetime(2026, 5, 8, 3),
            ),
        ]

    return [
        *(build.a_partner(name) for name in ("P-AT", "P-AT-OTHER")),
        build.a_partner("P-AT-LEFT", ended_on=date(2026, 4, 30)),
        build.a_partner("P-AT-SUB", parent_partner_id="P-AT"),
        *deal("AT-FLIP", (MARCH, None)),
        *deal("AT-TAKEN", (MARCH, "P-AT-OTHER")),
        *deal("AT-GIVEN", (MARCH, None), (APRIL, "P-AT")),
        *deal("AT-OWN", (MARCH, "P-AT"), (APRIL, "P-AT")),
        *deal("AT-SUB", (MARCH, "P-AT-SUB")),
        *deal("AT-HANDED", (MARCH, "P-AT-LEFT")),
        *deal("AT-UNTOLD", (datetime(2026, 5, 7), "P-AT")),
        *deal("AT-FILED", (datetime(2026, 5, 7), "P-AT")),
        build.a_lead("L-AT-FILED", uploader="P-AT", _known_at=MARCH),
        build.a_contract("C-AT-NOLEAD", partner_id="P-AT", contracted_on=SOLD),
    ]


def trainings(build: SimpleNamespace) -> list[Any]:
    """Every rep but R-TR-IDLE brings a lead on 1 April. The partners' files tell of trainings."""

    def rep(rep_id: str, partner_id: str = "P-TR") -> list[Any]:
        lead = build.a_lead(f"L-{rep_id}", partner_id=partner_id, rep_id=rep_id)
        return [build.a_rep(rep_id, partner_id), lead]

    def passed(rep_id: str, known_at: datetime = MARCH, **more: Any) -> Any:
        given = {"completed_on": date(2026, 2, 1), "passed": True, "_known_at": known_at} | more
        return build.a_training(f"TR-{rep_id}", rep_id, uploader="P-TR", **given)

    def filed(rep_id: str, stated: datetime) -> list[Any]:
        """A lead in a file of 1 May, when the rep's pass was no longer valid."""
        lead = {"rep_id": rep_id, "registered_at": stated, "_known_at": datetime(2026, 5, 1)}
        return [build.a_rep(rep_id, "P-TR"), build.a_lead(f"l-{rep_id}", uploader="P-TR", **lead)]

    names = ("R-TR-PASSED", "R-TR-NEVER", "R-TR-FAILED", "R-TR-EXPIRED", "R-TR-LATE", "R-TR-OTHER")
    return [
        *(build.a_partner(name) for name in ("P-TR", "P-UNTOLD")),
        *(row for name in names for row in rep(name)),
        *rep("R-UNTOLD", "P-UNTOLD"),
        build.a_rep("R-TR-IDLE", "P-TR"),
        passed("R-TR-PASSED"),
        passed("R-TR-FAILED", passed=False),
        passed("R-TR-EXPIRED", expires_on=date(2026, 3, 31)),
        passed("R-TR-LATE", datetime(2026, 5, 1)),
        passed("R-TR-OTHER", course="sales_skill"),
        *filed("R-TR-FILED", datetime(2026, 3, 30)),
        passed("R-TR-FILED", expires_on=date(2026, 3, 31)),
        *filed("R-TR-BACKDATED", datetime(2026, 4, 2)),
        passed("R-TR-BACKDATED", expires_on=date(2026, 3, 31)),
    ]


def twins(build: SimpleNamespace) -> list[Any]:
    return [
        build.a_partner("P-TW1", bank_account="777-1"),
        build.a_partner("P-TW2", bank_account="777-1"),
        build.a_partner("P-TW-TOP", corporate_number="2020001000001"),
        build.a_partner("P-TW-SUB", parent_partner_id="P-TW-TOP", corporate_number="2020001000001"),
        build.a_partner("P-TW-NOW", phone="0322220000", address="東京都港区1-1"),
        build.a_partner(
            "P-TW-PLACE", phone="0322220000", address="東京都港区1-1", ended_on=date(2026, 5, 31)
        ),
        build.a_partner("P-TW-DESK1", phone="0355550000", address="東京都港区2-1"),
        build.a_partner("P-TW-DESK2", phone="0355550000", address="東京都港区2-2"),
    ]
