"""Agreements about data (データ共有の取決め) that name no column of the data they speak of."""

from __future__ import annotations

import polars as pl

from ingestion.entities import ENTITIES
from ingestion.tables import problems


def unknown_fields(terms: pl.DataFrame) -> pl.DataFrame:
    """Failures (`PROBLEM_SCHEMA`) of sharing_terms rows; a tombstone may name anything."""
    declared = pl.DataFrame(
        [
            (entity.name, column.name)
            for entity in ENTITIES.values()
            if entity.uploadable
            for column in entity.columns
        ],
        schema={"entity": pl.String, "field": pl.String},
        orient="row",
    )
    standing = terms.filter(pl.col("is_deleted").fill_null(False).not_())
    undeclared = standing.join(declared, on=["entity", "field"], how="anti", maintain_order="left")
    return problems(undeclared, "field", pl.lit("unknown_field"))
