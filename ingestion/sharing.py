"""Agreements about data (データ共有の取決め) that name no column of the data they speak of."""

from __future__ import annotations

import polars as pl

from ingestion.entities import ENTITIES
from ingestion.tables import PROBLEM_SCHEMA


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
    return (
        standing.join(declared, on=["entity", "field"], how="anti", maintain_order="left")
        .select(
            row_number="_row_number",
            column_name=pl.lit("field"),
            value="field",
            reason_code=pl.lit("unknown_field"),
        )
        .cast(PROBLEM_SCHEMA)  # type: ignore[arg-type]
    )
