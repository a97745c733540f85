"""Complaints, payers and payees: the offence, its honest look-alike, the unknown."""

from __future__ import annotations

from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

SOLD = date(2026, 5, 10)


def complaints(build: SimpleNamespace) -> list[Any]:
    """Each partner is one case; P-CM-AGAIN had complaints in the year before, and an older one."""

    def case(name: str, *told: Any) -> list[Any]:
        sold = {"partner_id": f"P-CM-{name}", "contracted_on": SOLD}
        return [
            build.a_partner(f"P-CM-{name}"),
            build.a_contract(f"C-CM-{name}", **sold),
            build.a_contract(f"C-CM-{name}-2", **sold),
            *told,
        ]

    def about(name: str, number: int = 1, suffix: str = "", **more: Any) -> Any:
        return build.a_complaint(
            f"M-{name}{number}", f"P-CM-{name}", f"C-CM-{name}{suffix}", **more
        )

    return [
        *case("ONE", about("ONE")),
        *case(
            "AGAIN",
            about("AGAIN"),
            about("AGAIN", 2, "-2", received_on=date(2025, 6, 2)),
            about("AGAIN", 3, "-2", received_on=date(2025, 6, 1)),
        ),
        *case("DENIED", about("DENIED", verified=False)),
        *case("OPEN", about("OPEN", verified=None)),
        *case("COOLED", about("COOLED", kind="cooling_off")),
        *case("COMING", about("COMING", received_on=date(2026, 7, 1))),
    ]


def payers(build: SimpleNamespace) -> list[Any]:
    def paid(name: str, count: int, account: str | None, **more: Any) -> list[Any]:
        given = {"partner_id": f"P-PY-{name}", "contracted_on": SOLD, "payer_account": account}
        return [
            build.a_contract(f"C-PY-{name}-{n}", customer=f"PY-{name}-{n}", **given | more)
            for n in range(count)
        ]

    names = ("MANY", "TWO", "GROUP", "AGENT", "OWN", "FEES", "NONE")
    return [
        *(build.a_partner(f"P-PY-{name}", bank_account=f"own-{name}") for name in names),
        *paid("MANY", 3, "pay-many"),
        *paid("TWO", 2, "pay-two"),
        *paid("GROUP", 3, "pay-group", email_domain="group.example"),
        *paid("AGENT", 3, "pay-agent"),
        build.a_contract("C-PY-DIRECT", channel="sales", payer_account="pay-agent"),
        *paid("OWN", 1, "own-OWN"),
        *paid("FEES", 3, None),
        *(
            build.a_fee(f"F-PY-{n}-{day}", f"C-PY-FEES-{n}", payer_account="pay-fees", due_on=day)
            for n in range(3)
            for day in (date(2026, 5, 31), date(2026, 6, 30))
        ),
        *paid("NONE", 1, None),
    ]


def payees(build: SimpleNamespace) -> list[Any]:
    """The account changes on 10 June; the agreements pay on the 25th where they name a day."""

    def partner(name: str, *accounts: str | None, pays_on: int | None = None) -> list[Any]:
        days = (datetime(2026, 4, 1), datetime(2026, 6, 10))
        return [
            *(
                build.a_partner(f"P-PE-{name}", bank_account=account, updated_at=day)
                for account, day in zip(accounts, days, strict=False)
            ),
            build.an_agreement(f"A-PE-{name}", f"P-PE-{name}", payment_day=pays_on),
        ]

    return [
        *partner("PAID", "old", "new"),
        build.a_payout("O-PE1", "P-PE-PAID", date(2026, 6, 24), 1_000),
        *partner("LATER", "old", "new", pays_on=25),
        build.a_payout("O-PE2", "P-PE-LATER", date(2026, 6, 25), 1_000),
        *partner("DUE", "old", "new", pays_on=20),
        *partner("KEPT", "old", "old", pays_on=20),
        *partner("FIRST", None, "new", pays_on=20),
        *partner("UNKNOWN", None, None, pays_on=20),
    ]
