"""Connected components over shared keys, in rounds of joins."""

from __future__ import annotations

import polars as pl


def connect(records: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
    """(record_id, entity_id): the smallest record id reachable over edges (record_id, key).

    Every round each key takes the smallest label of its records and each record the smallest of
    its keys; labels that are records themselves are then followed, so chains halve each round.
    """
    labels = records.select("record_id", entity_id=pl.col("record_id"))
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
