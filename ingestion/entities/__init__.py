"""The canonical entities: every column is declared in this package and nowhere else.

A column's `kind` says how a cell is read and how the value is stored. A column with `hashed=True`
also gets `<column>_hash`, a keyed hash made at ingestion: marts join on that and never see the
value. `personal=True` keeps the value out of every mart but the restricted ones. What a column
means to a person stands in `ingestion/dictionary.csv`, the headers it may have in `headers.csv`.
"""

from __future__ import annotations

import polars as pl

from ingestion.columns import Entity
from ingestion.entities.commissions import (
    AGREEMENT_CLAUSES,
    AGREEMENTS,
    CLAWBACK_STEPS,
    COMMISSION_TERMS,
    COMMISSION_TIERS,
    PAYOUTS,
    PRODUCTS,
)
from ingestion.entities.common import CHANNELS, EVENT_STAGES, STAGES
from ingestion.entities.deals import (
    COLLECTIONS,
    COMPLAINTS,
    CONTRACT_EVENTS,
    CONTRACTS,
    DECISIONS,
    EVIDENCE,
    IDENTITY_DECISIONS,
    LEADS,
)
from ingestion.entities.partners import (
    INQUIRIES,
    JOINT_PLANS,
    PARTNER_PROSPECTS,
    PARTNER_REPS,
    PARTNERS,
    SHARING_TERMS,
    TRAININGS,
)
from ingestion.entities.planning import CHANNEL_COSTS, MARKET_BENCHMARKS, PLAN_TARGETS

__all__ = [
    "CHANNELS",
    "ENTITIES",
    "EVENT_STAGES",
    "OF_REVIEWERS",
    "PROVENANCE",
    "STAGES",
    "lake_schema",
]

ENTITIES: dict[str, Entity] = {
    entity.name: entity
    for entity in (
        PARTNERS,
        PARTNER_REPS,
        PRODUCTS,
        AGREEMENTS,
        AGREEMENT_CLAUSES,
        COMMISSION_TERMS,
        COMMISSION_TIERS,
        CLAWBACK_STEPS,
        LEADS,
        CONTRACTS,
        CONTRACT_EVENTS,
        EVIDENCE,
        COLLECTIONS,
        PAYOUTS,
        COMPLAINTS,
        CHANNEL_COSTS,
        PLAN_TARGETS,
        PARTNER_PROSPECTS,
        JOINT_PLANS,
        TRAININGS,
        INQUIRIES,
        SHARING_TERMS,
        MARKET_BENCHMARKS,
        DECISIONS,
        IDENTITY_DECISIONS,
    )
}

# What only reviewers say.
OF_REVIEWERS = ("decisions", "identity_decisions")

# Where a row came from and when it became known; on every row of `lake/raw`.
PROVENANCE: dict[str, pl.DataType] = {
    "_batch_id": pl.String(),
    "_known_at": pl.Datetime("us"),
    "_source": pl.String(),
    "_uploader_id": pl.String(),
    "_file_name": pl.String(),
    "_file_sha256": pl.String(),
    "_row_number": pl.Int64(),
    "_extra": pl.String(),
}


def lake_schema(entity: Entity) -> dict[str, pl.DataType]:
    """Column → type of `lake/raw/*/<entity>.parquet`: declared, derived and provenance columns."""
    schema = {column.name: column.dtype for column in entity.columns}
    for column in entity.columns:
        schema |= column.derived
    return schema | PROVENANCE
