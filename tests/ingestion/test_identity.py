"""Records that share a strong key are one entity; a weak likeness joins nothing."""

from __future__ import annotations

from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from ingestion.identity import resolve, resolve_customers

House = Any  # the fixture class of conftest.py
ROLES = ("record_id", "corporate_number", "company", "email", "phone", "address", "contact")


def entities(*rows: dict[str, str]) -> list[str]:
    records = pl.DataFrame(
        [{role: row.get(role) for role in ROLES} for row in rows],
        schema=dict.fromkeys(ROLES, pl.String),
    )
    return resolve(records, {role: role for role in ROLES})["entity_id"].to_list()


def test_shared_corporate_number_is_one_entity() -> None:
    a = {"record_id": "a", "corporate_number": "1"}
    assert entities(a, a | {"record_id": "b"}, {"record_id": "c"}) == ["a", "a", "c"]


def test_email_needs_the_same_company_or_contact() -> None:
    a = {"record_id": "a", "email": "e", "company": "x"}
    assert entities(a, {"record_id": "b", "email": "e", "company": "y"}) == ["a", "b"]
    assert entities(a, {"record_id": "b", "email": "e", "company": "x"}) == ["a", "a"]


def test_chain_of_keys_is_one_entity() -> None:
    chain = [
        {
            "record_id": f"r{place:03}",
            "company": "x",
            "email": f"e{place // 2}",
            "phone": f"p{(place + 1) // 2}",
        }
        for place in range(200)
    ]
    assert set(entities(*chain)) == {"r000"}


def test_two_corporate_numbers_are_never_joined_by_a_weaker_key() -> None:
    a = {"record_id": "a", "company": "x", "address": "y"}
    rows = [a | {"corporate_number": "1"}, a | {"record_id": "b", "corporate_number": "2"}]
    assert entities(*rows) == ["a", "b"]


@given(st.permutations(range(6)))
def test_order_of_arrival_does_not_matter(order: list[int]) -> None:
    rows = [{"record_id": f"r{n}", "company": "x", "email": f"e{n // 3}"} for n in range(6)]
    found = entities(*(rows[n] for n in order))
    assert found == [f"r{n // 3 * 3}" for n in order]


def test_customers_join_both_doors(house: House) -> None:
    house.put(
        "crm/sf/leads.csv",
        "lead_id,registered_at,channel,会社名,電話\nL1,2026-10-01,sales,株式会社山,03-1234-5678\n",
    )
    house.put("partners/P1/leads.csv", "管理番号,会社名,電話番号\n1,㈱山,(03)1234-5678\n2,海,\n")
    house.run()
    customers = resolve_customers(house.home)
    leads = customers.filter(pl.col("entity") == "leads").sort("scope_id", "record_id")
    ids = leads["customer_id"].to_list()
    assert leads.select("scope_id", "record_id").rows() == [("P1", "1"), ("P1", "2"), ("crm", "L1")]
    assert ids[0] == ids[2] != ids[1]
    stored = pl.read_parquet(house.home / "lake" / "identity" / "customers.parquet")
    assert stored.equals(customers)
