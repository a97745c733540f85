"""Accepted volumes: somebody looked at a rule that was out of line, and found it right (DOMAIN §6).

A recorded fact, one immutable batch each, made after a completed night: from then on the rule
begins a history of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from ingestion.lake import Night, commit_batch, create_empty_batch, scan_table
from ingestion.recorded import next_id

ACCEPTANCE_SCHEMA: dict[str, pl.DataType] = {
    "rule_id": pl.String(),
    "rule_version": pl.String(),
    "accepted_by": pl.String(),
    "reason": pl.String(),
    "known_at": pl.Datetime("us"),
    # the wall clock, stored and used for nothing
    "recorded_at": pl.Datetime("us"),
}


def read_acceptances(area: Path) -> pl.DataFrame:
    """All recorded acceptances (`ACCEPTANCE_SCHEMA`), oldest first."""
    create_empty_batch(area, {"acceptances": ACCEPTANCE_SCHEMA})
    return scan_table(area, "acceptances").sort("known_at").collect()


def record_acceptance(area: Path, after: Night, fact: Mapping[str, object]) -> str:
    """Commit one acceptance made after a completed night; returns its id `<night id>-a<n>`.

    `fact` holds the columns of `ACCEPTANCE_SCHEMA` but `known_at`.
    """
    name = next_id(area, after, "a")
    row = {**fact, "known_at": after.known_at}
    commit_batch(area, name, {"acceptances": pl.DataFrame([row], schema=ACCEPTANCE_SCHEMA)}, {})
    return name
