"""Rows that came before: same key space, same key, same content (DOMAIN §3, §4)."""

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

    `rows` come from one key space, in the order of arrival: one partner, or all systems of the
    vendor. A value that returns to an older one is a correction, not a duplicate: only the version
    just before counts. But a partner's row that was accepted and comes in the same bytes again, for
    the sake of the rows rejected beside it, corrects nothing.
    """
    uploader = pl.lit(rows["_uploader_id"].first(), pl.String)
    stored = scan_rows(raw, entity).filter(pl.col("_uploader_id").eq_missing(uploader))
    placed = _mark_resent(rows, stored).with_row_index("_place")
    fresh = placed.filter(pl.col("_is_resent").not_())
    repeated = pl.col("_place").is_in(_repeated(fresh, stored, entity).implode())
    return placed.with_columns(_is_duplicate=pl.col("_is_resent") | repeated).drop(
        "_place", "_is_resent"
    )


def _mark_resent(rows: pl.DataFrame, stored: pl.LazyFrame) -> pl.DataFrame:
    """Add `_is_resent`: a partner's row whose file and line were accepted on an earlier night."""
    line = ["_file_sha256", "_row_number"]
    accepted = stored.filter(pl.col("_uploader_id").is_not_null()).select(line).unique()
    marked = accepted.with_columns(_is_resent=True).collect()
    return rows.join(marked, on=line, how="left", maintain_order="left").with_columns(
        pl.col("_is_resent").fill_null(False)
    )


def _repeated(rows: pl.DataFrame, stored: pl.LazyFrame, entity: Entity) -> pl.Series:
    """`_place` of the rows with the content of the version just before."""
    key = list(entity.key)
    content = [column.name for column in entity.columns] + ["_extra"]
    earlier = _latest(stored, entity, rows).with_columns(_place=pl.lit(None, pl.UInt32))
    columns = [*content, "_known_at", "_place"]
    both = pl.concat([earlier.select(columns), rows.select(columns)])
    stated = both.with_columns(
        pl.when(pl.col(name) != pl.col("_known_at")).then(name).alias(name)
        for name in IMPLIED_TIMES
        if name in content
    )
    digests = stated.select(content).hash_rows()
    same = both.select(*key, "_place").with_columns(digests.alias("_digest"))
    before = pl.col("_digest").shift(1).over(key)
    return same.filter(pl.col("_place").is_not_null() & (pl.col("_digest") == before))["_place"]


def _latest(stored: pl.LazyFrame, entity: Entity, rows: pl.DataFrame) -> pl.DataFrame:
    """The version in force of each stored row whose key comes again."""
    key = list(entity.key)
    return (
        stored.join(rows.lazy().select(key).unique(), on=key, how="semi")
        .with_row_index("_stored")
        .sort(pl.coalesce("updated_at", "_known_at"), "_known_at", "_stored")
        .unique(key, keep="last", maintain_order=True)
        .collect()
    )
