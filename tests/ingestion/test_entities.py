"""The registry: every entity of DOMAIN §3, once, with a type for each column."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from ingestion.columns import Kind
from ingestion.entities import ENTITIES, lake_schema

DOMAIN = Path(__file__).parents[2] / "docs" / "domain.md"
UPLOADABLE = {"leads", "contracts", "contract_events", "evidence", "joint_plans", "trainings"}
UPLOADABLE |= {"inquiries", "partner_reps"}


def rows_of_domain() -> dict[str, list[str]]:
    """Entity → its columns as the domain page lists them, required ones with a `*`."""
    listed: dict[str, list[str]] = {}
    for line in DOMAIN.read_text("utf-8").splitlines():
        name, _, columns = line.strip("| ").partition(" | ")
        if name in ENTITIES:
            listed[name] = columns.split(" — ")[0].split(", ")
    return listed


def test_every_entity_of_the_domain_is_declared() -> None:
    assert set(rows_of_domain()) == set(ENTITIES) - {"decisions"}


def test_required_columns_are_those_of_the_domain() -> None:
    for name, cells in rows_of_domain().items():
        words = [cell.split(" ")[0] for cell in cells]
        starred = {word.strip("*") for word in words if word.endswith("*")}
        assert set(ENTITIES[name].required) == starred, name


def test_partners_may_upload_what_the_domain_says() -> None:
    assert {name for name, entity in ENTITIES.items() if entity.uploadable} == UPLOADABLE
    assert set(ENTITIES["sharing_terms"].column("entity").choices) == UPLOADABLE


def test_keys_are_required_columns() -> None:
    for entity in ENTITIES.values():
        assert set(entity.key) <= set(entity.required), entity.name


def test_accounts_are_personal_and_compared_by_their_hash() -> None:
    accounts = [
        column
        for entity in ENTITIES.values()
        for column in entity.columns
        if column.kind is Kind.ACCOUNT
    ]
    assert len(accounts) == 3
    assert all(column.personal and column.hashed for column in accounts)


def test_numbers_are_exact() -> None:
    for entity in ENTITIES.values():
        assert not {pl.Float32, pl.Float64} & set(lake_schema(entity).values()), entity.name
