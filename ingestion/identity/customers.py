"""The nightly customers: one entity over the latest leads and contracts of both doors.

The lake's common columns are keyed hashes, so only equal keys tie here; what is alike but not
equal needs the clear text (`resolve`).
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl

from ingestion.entities import ENTITIES
from ingestion.identity.components import connect
from ingestion.identity.keys import shared_keys
from ingestion.lake import write_atomically
from ingestion.versions import scan_rows

# Customer columns of leads and contracts, by field.
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


def resolve_customers(home: Path, known_at: datetime | None = None) -> pl.DataFrame:
    """Write `lake/identity/customers.parquet` over the latest leads and contracts, and return it.

    Columns entity (leads, contracts), scope_id (crm, or the uploader), record_id, customer_id.
    `known_at` leaves out what became known later (an as-of rebuild).
    """
    raw = home / "lake" / "raw"
    records = pl.concat(
        [_customer_records(raw, name, known_at) for name in ("leads", "contracts")]
    ).with_columns(place=pl.concat_str("entity", "scope_id", "record_id", separator=":"))
    keyed = records.drop("record_id").rename({"place": "record_id"})
    customer_ids = connect(keyed, shared_keys(keyed))["entity_id"]
    customers = records.with_columns(customer_id=customer_ids)
    answer = customers.select(*CUSTOMERS_SCHEMA).sort(*CUSTOMERS_SCHEMA)
    write_atomically(home / "lake" / "identity" / "customers.parquet", answer)
    return answer


def _customer_records(raw: Path, entity_name: str, known_at: datetime | None) -> pl.DataFrame:
    """Latest rows: entity, scope_id, record_id, fields; `deal` of contracts that name nobody."""
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
            **{field: pl.col(column) for field, column in _CUSTOMER.items()},
        )
        .collect()
    )
