"""Partners and customers that hang together: the ring, its honest look-alikes, the unknown."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

from tests.dbt_project.conduct.money import SOLD

GROUP_COMPANY = "2140001999999"  # of the seed group_companies
Told = dict[str, Any]  # what is told of a customer


def rings(build: SimpleNamespace) -> list[Any]:
    def partner(name: str, **told: Any) -> Any:
        return build.a_partner(f"P-RG-{name}", **told)

    def pair(name: str, **told: Any) -> list[Any]:
        return [partner(f"{name}1", **told), partner(f"{name}2", **told)]

    def sold(by: str, *customers: Told) -> list[Any]:
        """One contract a customer."""
        return [
            build.a_contract(
                f"C-RG-{by}-{n}",
                customer=f"RG-{by}-{n}",
                partner_id=f"P-RG-{by}",
                contracted_on=SOLD,
                **told,
            )
            for n, told in enumerate(customers)
        ]

    def ends(name: str, last: int) -> list[Any]:
        """The partners whose telephones the first and the last of a chain have."""
        return [
            partner(f"{name}1", phone=f"{name}-0"),
            partner(f"{name}2", phone=f"{name}-{last}"),
        ]

    before, after = date(2026, 2, 28), date(2026, 3, 1)
    return [
        *(*ends("CHAIN", 2), *sold("CHAIN1", *_chain("CHAIN", "rg-chain"))),
        *(*ends("AGENT", 2), *sold("AGENT1", *_chain("AGENT", "rg-agent"))),
        build.a_contract("C-RG-DIRECT", channel="sales", payer_account="rg-agent"),
        *(
            *ends("GROUP", 2),
            *sold("GROUP1", *_chain("GROUP", "g", corporate_number=GROUP_COMPANY)),
        ),
        *(*ends("LONG", 23), *sold("LONG1", *_long_chain("LONG", 48))),
        *(*ends("CROWD", 24), *sold("CROWD1", *_long_chain("CROWD", 49))),
        *(partner("ONE", phone="rg-one"), *sold("ONE", *[{"phone": "rg-one"}] * 3)),
        *(*pair("FEW", phone="rg-few"), *sold("FEW1", *[{"phone": "rg-few"}] * 2)),
        partner("UP", phone="rg-tree"),
        partner("SUB", phone="rg-tree", parent_partner_id="P-RG-UP"),
        *sold("SUB", *[{"phone": "rg-tree"}] * 3),
        # A sister of the sub-agent, and its own customer.
        partner("SISTER", phone="rg-sister", parent_partner_id="P-RG-UP"),
        *sold("SISTER", {"phone": "rg-sister"}),
        *(partner("LEFT"), partner("CAME"), *sold("CAME", *[{"phone": "rg-rep"}] * 3)),
        build.a_rep("R-RG-LEFT", "P-RG-LEFT", phone="rg-rep", ended_on=before),
        build.a_rep("R-RG-CAME", "P-RG-CAME", phone="rg-rep", started_on=after),
        *(*pair("BOTH"), *sold("BOTH1", *[{"phone": "rg-both"}] * 3)),
        build.a_rep("R-RG-BOTH1", "P-RG-BOTH1", phone="rg-both"),
        build.a_rep("R-RG-BOTH2", "P-RG-BOTH2", phone="rg-both", started_on=after),
        *(*pair("FULL", bank_account="full"), *sold("FULL1", *[{"payer_account": "full"}] * 18)),
        *(*pair("HUB", bank_account="hub"), *sold("HUB1", *[{"payer_account": "hub"}] * 19)),
        *(partner(f"HOUSE{n}", address="大阪市北区9-9", phone=f"rg-{n}") for n in (1, 2)),
        partner("PLACE", address="大阪市北区9-9"),
        *sold("HOUSE1", *[{"address": "大阪市北区9-9", "phone": "rg-house"}] * 3),
        # What the framer claims of others: customers under their telephone, and a rep.
        *(partner("FRAMED", phone="rg-framed"), partner("FRAMER", phone="rg-framer")),
        build.a_rep("r-1", "P-RG-FRAMER", uploader="P-RG-FRAMER", phone="rg-framed"),
        *sold("FRAMER", *[{"phone": "rg-framer"}] * 3),
        build.a_contract("c-1", uploader="P-RG-FRAMER", customer="RG-FRAMER-0", phone="rg-framed"),
        *(partner("BARE"), *sold("BARE", {"phone": "rg-bare"})),
        *(partner("UNTOLD", phone="rg-untold"), *sold("UNTOLD", {})),
        partner("IDLE", phone="rg-idle"),
    ]


def _chain(name: str, account: str, **all_told: Any) -> list[Told]:
    """First partner's telephone – mail box – account – second partner's telephone."""
    links: list[Told] = [
        {"phone": f"{name}-0", "email": f"{name}@mail.example"},
        {"email": f"{name}@mail.example", "payer_account": account},
        {"payer_account": account, "phone": f"{name}-2"},
    ]
    return [told | all_told for told in links]


def _long_chain(name: str, customers: int) -> list[Told]:
    """Each shares its telephone with the next and its mail box with the one before, in turn."""
    return [
        {"phone": f"{name}-{n // 2}", "email": f"{name}{(n + 1) // 2}@mail.example"}
        for n in range(customers)
    ]
