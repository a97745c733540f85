"""Rows that came before: same key, same content, from the same source (DOMAIN §3, §4)."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from ingestion.columns import Entity
from ingestion.entities import lake_schema
from ingestion.lake import scan_table

# The door fills these with the night's known_at when the file does not state them.
IMPLIED_TIMES = ("registered_at", "received_at")


def scan_rows(raw: Path, entity: Entity) -> pl.LazyFrame:
    """All versions of an entity's rows in the lake; typed and empty before the first batch."""
    if not any(raw.glob(f"batch=*/{entity.name}.parquet")):
        return pl.LazyFrame(schema=lake_schema(entity))
    return scan_table(raw, entity.name)


def mark_duplicates(rows: pl.DataFrame, entity: Entity, raw: Path) -> pl.DataFrame:
    """Add `_is_duplicate`: the row says what the version before it (lake, then file order) said.

    `rows` come from one source, in the order of arrival. A value that returns to an older one is
    a correction, not a duplicate: only the version just before counts.
    """
    key = list(entity.key)
    earlier = _latest(scan_rows(raw, entity), entity, rows)
    content = [column.name for column in entity.columns] + ["_extra"]
    both = pl.concat(
        [
            earlier.select(*content, "_known_at", _place=pl.lit(-1, pl.Int64)),
            rows.select(*content, "_known_at", _place=pl.int_range(pl.len(), dtype=pl.Int64)),
        ]
    )
    stated = both.with_columns(
        pl.when(pl.col(name) != pl.col("_known_at")).then(name).alias(name)
        for name in IMPLIED_TIMES
        if name in content
    )
    digests = stated.select(content).hash_rows()
    same = digests.alias("_digest").to_frame().hstack(both.select(*key, "_place"))
    same = same.with_columns(
        _is_duplicate=(pl.col("_digest") == pl.col("_digest").shift(1).over(key)).fill_null(False)
    )
    marks = same.filter(pl.col("_place") >= 0).sort("_place")["_is_duplicate"]
    return rows.with_columns(marks)


def _latest(stored: pl.LazyFrame, entity: Entity, rows: pl.DataFrame) -> pl.DataFrame:
    """The version in force of each stored row whose key comes again from the same source."""
    key = list(entity.key)
    source = rows["_source"].first()
    return (
        stored.filter(pl.col("_source") == source)
        .join(rows.lazy().select(key).unique(), on=key, how="semi")
        .with_row_index("_stored")
        .sort(pl.coalesce("updated_at", "_known_at"), "_known_at", "_stored")
        .unique(key, keep="last", maintain_order=True)
        .collect()
    )
