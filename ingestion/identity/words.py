"""What reviewers have said of two records: the same customer, or not.

Their file is `inbox/review/identity_decisions.csv`; the last word on a pair stands, and `open`
takes an earlier one back.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl

from ingestion.entities import ENTITIES
from ingestion.versions import scan_rows

_SAME = {"same": True, "not_same": False}


def read_words(raw: Path, known_at: datetime | None) -> pl.DataFrame:
    """The words in force: record_id, other_id (records by their place), is_same."""
    rows = scan_rows(raw, ENTITIES["identity_decisions"])
    if known_at is not None:
        rows = rows.filter(pl.col("_known_at") <= known_at)
    pair = pl.col("first_record", "second_record")
    return (
        rows.sort(pl.coalesce("updated_at", "_known_at"), "_known_at", maintain_order=True)
        .unique("decision_id", keep="last", maintain_order=True)
        .filter(pl.col("is_deleted").fill_null(False).not_())
        .with_columns(record_id=pl.min_horizontal(pair), other_id=pl.max_horizontal(pair))
        .sort("decided_at", "_known_at", maintain_order=True)
        .unique(["record_id", "other_id"], keep="last", maintain_order=True)
        .select(
            "record_id",
            "other_id",
            is_same=pl.col("verdict").replace_strict(_SAME, default=None, return_dtype=pl.Boolean),
        )
        .drop_nulls()
        .sort("record_id", "other_id")
        .collect()
    )
