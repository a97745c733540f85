"""Customers that are the partner's side by likeness, as the identity step says."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from tests.dbt_project.conduct.money import SOLD
from tests.dbt_project.conduct.rings import GROUP_COMPANY

GROUP_PARTNER = "PT-001"  # of the seed group_companies


def likenesses(build: SimpleNamespace) -> list[Any]:
    sold = {"partner_id": "P-LK", "contracted_on": SOLD, "phone": "lk-customer"}
    return [
        build.a_partner("P-LK", phone="lk-partner"),
        build.a_partner("P-LK-SUB", parent_partner_id="P-LK"),
        build.a_partner("P-LK-OTHER"),
        build.a_rep("R-LK", "P-LK-SUB"),
        *(build.a_contract(f"C-LK-{name}", **sold) for name in ("SAME", "MAYBE", "OTHER", "SIDE")),
        build.a_contract("C-LK-BOTH", **sold | {"phone": "lk-partner"}),
        build.a_contract("C-LK-LEAD", **sold, lead_id="L-LK"),
        build.a_lead("L-LK", partner_id="P-LK"),
        build.a_contract("C-LK-FILE", **sold),
        build.a_contract("C-LK-FILE", uploader="P-LK", **sold),
        build.a_contract("c-1", uploader="P-LK", **sold),
        build.a_contract("C-LK-BARE", **sold | {"phone": None}),
        build.a_partner(GROUP_PARTNER, phone="lk-group"),
        build.a_contract(
            "C-LK-GROUP", **sold | {"partner_id": GROUP_PARTNER}, corporate_number=GROUP_COMPANY
        ),
    ]


def _match(contract: str, party: str, certain: bool = True, **more: Any) -> dict[str, Any]:
    kind = "rep" if party.startswith("R-") else "partner"
    told = {"entity": "contracts", "scope_id": "crm", "record_id": contract, "party_kind": kind}
    party_told = {"party_scope_id": "crm", "party_id": party, "partner_id": party}
    return told | party_told | {"match_probability": 0.9, "is_certain": certain} | more


MATCHES = [
    _match("C-LK-SAME", "P-LK"),
    _match("C-LK-MAYBE", "P-LK", certain=False),
    _match("C-LK-BOTH", "P-LK", certain=False),
    _match("C-LK-BARE", "P-LK", certain=False),
    _match("C-LK-SIDE", "P-LK-SUB"),
    _match("C-LK-OTHER", "P-LK-OTHER"),
    _match("L-LK", "R-LK", entity="leads", partner_id="P-LK-SUB"),
    _match("C-LK-FILE", "P-LK", scope_id="P-LK"),
    _match("c-1", "P-LK", scope_id="P-LK"),
    _match("C-LK-GROUP", GROUP_PARTNER),
]
