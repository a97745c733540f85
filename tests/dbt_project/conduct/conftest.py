"""One lake with a scenario per partner: the offence, its honest look-alike, the unknown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from ingestion.demo.lookalikes import BLANK_FORM_SHA256
from tests.dbt_project.conduct import customers, files, leads, likenesses, money, rings, selling

NIGHT = "2026-06-30#1"  # a Tuesday


def _evidence_missing(build: SimpleNamespace) -> list[Any]:
    """Sold on Thursday 30 April; the form came late (C-LATE), never (C-NEVER), or is not asked."""
    sold = {"partner_id": "P-EV", "contracted_on": date(2026, 4, 30)}
    return [
        build.a_partner("P-EV"),
        build.an_agreement("A-EV", "P-EV"),
        build.a_term("T-EV", "A-EV", product_id="PR-1", required_evidence="consent_form"),
        build.a_term("T-EV2", "A-EV", product_id="PR-2"),
        build.a_contract("C-NEVER", **sold),
        build.a_contract("C-LATE", **sold),
        build.a_contract("C-NONE", **sold | {"product_id": "PR-2"}),
        build.a_contract("C-NOTERM", **sold | {"product_id": "PR-3"}),
        build.an_evidence("E-LATE", "C-LATE", received_at=datetime(2026, 5, 29, 3)),
    ]


def _identities(build: SimpleNamespace) -> list[Any]:
    return [
        build.a_partner("P-ID", phone="0311112222", corporate_number="1010001000001"),
        build.a_partner("P-SUB", parent_partner_id="P-ID", bank_account="001-1"),
        build.a_rep("R-ID", "P-ID", email="rep@example.co.jp"),
        build.a_contract("C-PHONE", partner_id="P-ID", phone="0311112222"),
        build.a_contract("C-REP", partner_id="P-ID", email="rep@example.co.jp"),
        build.a_contract("C-SUB", partner_id="P-ID", payer_account="001-1"),
        build.a_contract("C-OTHER", partner_id="P-ID", phone="0399998888"),
        build.a_contract("C-BARE", partner_id="P-ID"),
        build.a_contract("C-LEAD", partner_id="P-ID", lead_id="L-ID"),
        build.a_lead("L-ID", partner_id="P-ID", phone="0311112222"),
    ]


def _timelines(build: SimpleNamespace) -> list[Any]:
    sold = date(2026, 5, 10)
    return [
        build.a_partner("P-TL"),
        build.a_lead("L-AFTER", partner_id="P-TL", registered_at=datetime(2026, 5, 20, 3)),
        build.a_lead("L-SAME", partner_id="P-TL", registered_at=datetime(2026, 5, 9, 15)),
        build.a_contract("C-BEFORE", partner_id="P-TL", lead_id="L-AFTER", contracted_on=sold),
        build.a_contract("C-SAME", partner_id="P-TL", lead_id="L-SAME", contracted_on=sold),
        build.a_contract("C-NODATES", partner_id="P-TL"),
        build.a_contract(
            "C-EARLY", partner_id="P-TL", contracted_on=sold, starts_on=date(2026, 6, 1)
        ),
        build.an_event("V-EARLY", "C-EARLY", stage="renewal", occurred_on=date(2026, 5, 31)),
        build.a_contract(
            "C-DIRECT", customer="DX", channel="sales", contracted_on=date(2026, 1, 5)
        ),
        build.a_lead("L-DX", customer="DX", partner_id="P-TL"),
        build.a_contract(
            "C-DX", customer="DX", partner_id="P-TL", lead_id="L-DX", contracted_on=sold
        ),
    ]


def _sellers(build: SimpleNamespace) -> list[Any]:
    sold = {"partner_id": "P-SE", "contracted_on": date(2026, 5, 10)}
    return [
        build.a_partner("P-SE"),
        build.a_partner("P-SE2", parent_partner_id="P-SE"),
        build.an_agreement("A-SE", "P-SE", subcontracting_allowed=False),
        build.a_rep("R-OLD", "P-SE", started_on=date(2025, 4, 1)),
        build.a_rep("R-NEW", "P-SE", started_on=date(2026, 5, 9)),
        build.a_rep("R-GONE", "P-SE", ended_on=date(2026, 5, 9)),
        build.a_rep("R-THEIRS", "P-ID"),
        build.a_contract("C-OLD", rep_id="R-OLD", **sold),
        build.a_contract("C-NEW", rep_id="R-NEW", **sold),
        build.a_contract("C-GONE", rep_id="R-GONE", **sold),
        build.a_contract("C-THEIRS", rep_id="R-THEIRS", **sold),
        build.a_contract("C-GHOST", rep_id="R-GHOST", **sold),
        build.a_contract("C-UNNAMED", **sold),
        build.a_contract("C-SUBSOLD", **sold | {"partner_id": "P-SE2"}),
    ]


def _duplicates(build: SimpleNamespace) -> list[Any]:
    def lead(
        lead_id: str, partner_id: str, day: datetime, customer: str | None, **more: Any
    ) -> Any:
        return build.a_lead(
            lead_id, partner_id=partner_id, registered_at=day, customer=customer, **more
        )

    march, april, july = datetime(2026, 3, 1), datetime(2026, 4, 1), datetime(2026, 6, 15)
    return [
        *(build.a_partner(name) for name in ("P-D1", "P-D2")),
        build.a_partner("P-D3", parent_partner_id="P-D1"),
        lead("L-FIRST", "P-D1", march, "DUP"),
        lead("L-SECOND", "P-D2", april, "DUP"),
        lead("L-RELATED", "P-D3", march, "DUP"),
        lead("L-OTHERPRODUCT", "P-D2", april, "DUP", product_id="PR-9"),
        lead("L-UNPROTECTED", "P-D2", july, "OLD"),
        lead("L-OLD", "P-D1", march, "OLD"),
        lead("L-REFUSED", "P-D1", march, "REF", lead_status="rejected"),
        lead("L-AFTERREFUSED", "P-D2", april, "REF"),
        lead("L-LOST", "P-D1", march, "LOST", lead_status="lost", updated_at=datetime(2026, 3, 20)),
        lead("L-AFTERLOST", "P-D2", april, "LOST"),
        lead("L-BEFORELOST", "P-D2", datetime(2026, 3, 10), "LOST"),
        lead("L-UNKNOWN", "P-D2", april, None),
    ]


def _documents(build: SimpleNamespace) -> list[Any]:
    def signed(place: int, partner_id: str, customer: str, document: str | None) -> list[Any]:
        contract_id = f"C-{partner_id}-{place}"
        return [
            build.a_contract(contract_id, partner_id=partner_id, customer=customer),
            build.an_evidence(f"E-{contract_id}", contract_id, document_sha256=document),
        ]

    return [
        *(build.a_partner(name) for name in ("P-REUSE", "P-HONEST", "P-PAPER")),
        *signed(1, "P-REUSE", "X1", "form-a"),
        *signed(2, "P-REUSE", "X2", "form-a"),
        *signed(1, "P-HONEST", "X3", "form-b"),
        *signed(2, "P-HONEST", "X3", "form-b"),
        *signed(1, "P-PAPER", "X4", None),
        *(build.a_partner(name) for name in ("P-LEND", "P-BORROW", "P-BLANK")),
        *signed(1, "P-LEND", "X5", "FORM-C"),
        *signed(1, "P-BORROW", "X6", "form-c"),
        *signed(1, "P-BLANK", "X7", BLANK_FORM_SHA256.upper()),
        *signed(2, "P-BLANK", "X8", BLANK_FORM_SHA256),
    ]


@pytest.fixture(scope="session")
def judged_lake(
    warehouse: Callable[..., duckdb.DuckDBPyConnection], build: SimpleNamespace
) -> duckdb.DuckDBPyConnection:
    """The marts of all scenarios."""
    scenarios = (
        *(_evidence_missing, _identities, _timelines, _sellers, _duplicates, _documents),
        *(selling.discounts, selling.territories, selling.attributions),
        *(selling.trainings, selling.twins),
        *(customers.uses, customers.returns, customers.parts, customers.consents),
        *(leads.repeated, leads.known),
        *(money.complaints, money.payers, money.payees),
        *(files.records, files.fields),
        *(rings.rings, likenesses.likenesses),
    )
    rows = [row for scenario in scenarios for row in scenario(build)]
    return warehouse({NIGHT: rows}, parties=likenesses.MATCHES)


@pytest.fixture(scope="session")
def measured(judged_lake: duckdb.DuckDBPyConnection) -> Callable[[str, str], dict[str, Any]]:
    """`measured("fct_lead_conduct", "L-1")` → the row of that subject."""

    def read(mart: str, subject: str) -> dict[str, Any]:
        key = mart.removeprefix("fct_").removesuffix("_conduct") + "_id"
        sql = f"select * from marts.{mart} where {key} = ?"
        found = judged_lake.sql(sql, params=[subject]).pl()
        assert found.height == 1, f"{mart} has {found.height} rows of {subject}"
        return found.to_dicts()[0]

    return read
