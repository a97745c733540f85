"""What a night did, as data: read, rejected, posted, flagged, late."""

from __future__ import annotations

from typing import Any

import duckdb
import polars as pl

from ingestion.lake import Night, batch_path
from orchestration.settings import Settings

# Partners deliver monthly; a month and a few days of silence is worth a telephone call.
LATE_AFTER_DAYS = 35
# What becomes of the rows in a file: these always add up to them.
FATES = ("accepted", "rejected", "duplicate")


def collect(settings: Settings, night: Night) -> dict[str, Any]:
    """Figures of one night from the lake and the warehouse; no clock, no personal values."""
    raw = batch_path(settings.raw, night.id)
    files = pl.read_parquet(raw / "files.parquet")
    rejected = pl.read_parquet(raw / "rejected_rows.parquet")
    postings = pl.read_parquet(batch_path(settings.ledger, night.id) / "postings.parquet")
    with duckdb.connect(str(settings.warehouse), read_only=True) as warehouse:
        marts = _rows(warehouse, _MARTS)
        flags = _rows(warehouse, _OPEN_FLAGS)
        holds = _rows(warehouse, _HELD)
        late = _rows(warehouse, _LATE)
    return {
        "night_id": night.id,
        "business_day": night.business_day.isoformat(),
        "files": dict(files.group_by("status").len().sort("status").iter_rows()),
        **{f"rows_{name}": int(files[f"{name}_count"].sum()) for name in FATES},
        "accounts": _accounts(files),
        "rejections": _rejections(rejected),
        "notices": _notices(files),
        "posted_lines": postings.height,
        "posted_yen": int(postings["amount_yen"].sum()),
        "flags_open": flags,
        "alarms": _alarms(settings, night),
        "held": holds[0] if holds else {},
        "marts": len(marts),
        "mart_rows": sum(row["row_count"] for row in marts),
        "late": late,
    }


_MARTS = """
    select table_name, estimated_size as row_count
    from duckdb_tables()
    where schema_name = 'marts'
    order by all
"""
_OPEN_FLAGS = """
    select
        rule_id,
        count(*) as flags,
        count(distinct partner_id) as partners,
        cast(coalesce(sum(yen_at_risk), 0) as bigint) as yen_at_risk
    from marts.flags
    where status = 'open'
    group by all
    order by all
"""
_HELD = """
    select
        cast(coalesce(sum(case when is_held then posted_yen end), 0) as bigint) as held_yen,
        count(case when is_held then 1 end) as held_lines
    from marts.fct_commission_availability
"""
_LATE = f"""
    with deliveries as (
        select
            uploader_id as partner_id,
            max(cast(known_at + interval 9 hours as date)) as last_delivered_on
        from staging.stg_lake__files
        where uploader_id is not null and status = 'loaded'
        group by all
    )

    select
        deliveries.partner_id,
        cast(deliveries.last_delivered_on as varchar) as last_delivered_on,
        date_diff('day', deliveries.last_delivered_on, night.business_day) as days
    from deliveries
    cross join staging.stg_run__night as night
    where date_diff('day', deliveries.last_delivered_on, night.business_day) > {LATE_AFTER_DAYS}
    order by days desc, deliveries.partner_id
"""


def _rows(warehouse: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = warehouse.sql(query).pl().to_dicts()
    return rows


def _alarms(settings: Settings, night: Night) -> list[dict[str, Any]]:
    """Rules that hit nothing or far too much, whose new flags wait."""
    outcomes = pl.read_parquet(batch_path(settings.flags, night.id) / "rule_outcomes.parquet")
    found = outcomes.filter(pl.col("alarm").is_not_null())
    return found.select("rule_id", "alarm", "hit_count").sort("rule_id").to_dicts()


def _rejections(rejected: pl.DataFrame) -> list[dict[str, Any]]:
    """Reasons by frequency, with one place to look at each."""
    return (
        rejected.group_by("reason_code")
        .agg(
            pl.len().alias("rows"),
            pl.concat_str("_source", "_file_name", separator="/").sort().first().alias("file"),
            pl.col("_row_number").sort_by("_source", "_file_name", "_row_number").first(),
            pl.col("reason_en").sort_by("_source", "_file_name", "_row_number").first(),
        )
        .sort(pl.col("rows"), "reason_code", descending=[True, False])
        .to_dicts()
    )


def _accounts(files: pl.DataFrame) -> list[dict[str, Any]]:
    """One line a file with rows: what became of each of them."""
    counts = [pl.col(f"{name}_count").alias(name) for name in ("row", *FATES)]
    place = pl.concat_str("_source", "_file_name", separator="/")
    return (
        files.filter(pl.col("row_count") > 0)
        .select(place.alias("file"), "entity", "status", *counts)
        .sort("file")
        .to_dicts()
    )


def _notices(files: pl.DataFrame) -> list[dict[str, Any]]:
    """Files that were not simply loaded, and loaded ones with something to say."""
    said = files.filter((pl.col("status") != "loaded") | pl.col("reason_en").is_not_null())
    return (
        said.select("_source", "_file_name", "status", "reason_en")
        .sort("_source", "_file_name")
        .to_dicts()
    )
