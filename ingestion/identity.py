"""Who is the same customer: records that share a strong key are one entity.

Deterministic for now: a key is a set of columns that must all be equal, with the probability
that two records sharing it are one. Records and keys form a graph; its components are entities.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import polars as pl

from ingestion.entities import ENTITIES
from ingestion.lake import write_atomically
from ingestion.versions import scan_rows

# Roles that must be equal together → probability that two such records are one entity.
KEYS: dict[tuple[str, ...], float] = {
    ("corporate_number",): 0.995,
    ("email", "company"): 0.99,
    ("phone", "company"): 0.98,
    ("address", "company"): 0.97,
    ("email", "contact"): 0.97,
    ("phone", "contact"): 0.95,
    ("deal",): 0.95,
}
_RESOLVED = {
    "record_id": pl.String(),
    "entity_id": pl.String(),
    "match_probability": pl.Float64(),
}
# Customer columns of leads and contracts, by role.
_CUSTOMER = {
    "corporate_number": "corporate_number_hash",
    "company": "company_name_hash",
    "contact": "contact_name_hash",
    "email": "email_hash",
    "phone": "phone_hash",
    "address": "address_hash",
}
CUSTOMERS_SCHEMA = {
    "entity": pl.String(),
    "scope_id": pl.String(),
    "record_id": pl.String(),
    "customer_id": pl.String(),
}


def resolve(records: pl.DataFrame, columns: Mapping[str, str]) -> pl.DataFrame:
    """Entity of every record: columns record_id, entity_id, match_probability.

    `columns` says which column plays which role: `record_id` (unique, text) and any of
    corporate_number, company, contact, email, phone, address, deal (an id that ties records).
    Empty cells match nothing. `entity_id` is the smallest record id of the entity;
    `match_probability` is that of the best key a record shares, 1 for a record alone.
    """
    named = records.select(pl.col(column).alias(role) for role, column in columns.items())
    edges = _edges(named)
    labels = _components(named.select("record_id"), edges)
    best = edges.group_by("record_id").agg(pl.col("probability").max())
    return (
        labels.join(best, on="record_id", how="left", maintain_order="left")
        .with_columns(match_probability=pl.col("probability").fill_null(1.0))
        .select(*_RESOLVED)
        .cast(_RESOLVED)  # type: ignore[arg-type]
    )


def resolve_customers(home: Path, known_at: datetime | None = None) -> pl.DataFrame:
    """Write `lake/identity/customers.parquet` over the latest leads and contracts, and return it.

    Columns entity (leads, contracts), scope_id (crm, or the uploader), record_id, customer_id.
    `known_at` leaves out what became known later (an as-of rebuild).
    """
    raw = home / "lake" / "raw"
    records = pl.concat(
        [_customer_records(raw, name, known_at) for name in ("leads", "contracts")]
    ).with_columns(place=pl.concat_str("entity", "scope_id", "record_id", separator=":"))
    roles = {"record_id": "place", "deal": "deal"} | {role: role for role in _CUSTOMER}
    resolved = resolve(records, roles).rename({"record_id": "place", "entity_id": "customer_id"})
    customers = records.join(resolved, on="place", how="left", maintain_order="left")
    answer = customers.select(*CUSTOMERS_SCHEMA).sort(*CUSTOMERS_SCHEMA)
    write_atomically(home / "lake" / "identity" / "customers.parquet", answer)
    return answer


def _edges(records: pl.DataFrame) -> pl.DataFrame:
    """(record_id, key, probability) of every key that at least two records share."""
    groups = [
        _shared(records, roles, probability)
        for roles, probability in KEYS.items()
        if set(roles) <= set(records.columns)
    ]
    schema = {"record_id": pl.String(), "key": pl.String(), "probability": pl.Float64()}
    return pl.concat([pl.DataFrame(schema=schema), *groups])


def _shared(records: pl.DataFrame, roles: tuple[str, ...], probability: float) -> pl.DataFrame:
    """Edges of one key. Two corporate numbers under one key are two companies: it ties neither."""
    key = pl.concat_str(pl.lit("+".join(roles)), *roles, separator="|")
    keyed = records.with_columns(key=key).filter(pl.col("key").is_not_null())
    ties = pl.len().over("key") > 1
    if "corporate_number" in records.columns:
        ties &= pl.col("corporate_number").drop_nulls().n_unique().over("key") <= 1
    return keyed.filter(ties).select("record_id", "key", probability=pl.lit(probability))


def _components(records: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
    """The smallest record id reachable over shared keys, as `entity_id`.

    Every round each key takes the smallest label of its records and each record the smallest of
    its keys; labels that are records themselves are then followed, so chains halve each round.
    """
    labels = records.with_columns(entity_id=pl.col("record_id"))
    while True:
        of_keys = (
            edges.join(labels, on="record_id")
            .group_by("key")
            .agg(pl.col("entity_id").min().alias("reached"))
        )
        reached = edges.join(of_keys, on="key").group_by("record_id").agg(pl.col("reached").min())
        moved = labels.join(reached, on="record_id", how="left", maintain_order="left").select(
            "record_id", entity_id=pl.min_horizontal("entity_id", "reached")
        )
        jump = moved.select(entity_id="record_id", beyond="entity_id")
        moved = moved.join(jump, on="entity_id", how="left", maintain_order="left").select(
            "record_id", entity_id="beyond"
        )
        if moved["entity_id"].equals(labels["entity_id"]):
            return labels
        labels = moved


def _customer_records(raw: Path, entity_name: str, known_at: datetime | None) -> pl.DataFrame:
    """Latest rows: entity, scope_id, record_id, roles, and `deal` where a contract names nobody."""
    entity = ENTITIES[entity_name]
    rows = scan_rows(raw, entity)
    if known_at is not None:
        rows = rows.filter(pl.col("_known_at") <= known_at)
    scope = pl.col("_uploader_id").fill_null("crm")
    names_nobody = pl.all_horizontal(pl.col(column).is_null() for column in _CUSTOMER.values())
    ties = pl.lit(True) if entity_name == "leads" else names_nobody
    return (
        rows.with_columns(scope_id=scope)
        .sort(pl.coalesce("updated_at", "_known_at"), "_known_at", maintain_order=True)
        .unique(["scope_id", *entity.key], keep="last", maintain_order=True)
        .filter(pl.col("is_deleted").fill_null(False).not_())
        .select(
            "scope_id",
            entity=pl.lit(entity_name),
            record_id=pl.col(entity.key[0]),
            deal=pl.when(ties).then(pl.concat_str("scope_id", "lead_id", separator=":")),
            **{role: pl.col(column) for role, column in _CUSTOMER.items()},
        )
        .collect()
    )
