"""What a night did, as data (`collect`) and as a page in the terminal (`render`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import polars as pl
from rich.console import Console, Group, RenderableType
from rich.table import Table

from ingestion.lake import Night, batch_path
from orchestration.progress import STEP_TITLES
from orchestration.settings import Settings

SHOWN = 8
# Partners deliver monthly; a month and a few days of silence is worth a telephone call.
LATE_AFTER_DAYS = 35


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
        "rows_accepted": int(files["accepted_count"].sum() or 0),
        "rows_rejected": rejected.select("_file_sha256", "_row_number").n_unique(),
        "rows_duplicate": int(files["duplicate_count"].sum() or 0),
        "rejections": _rejections(rejected),
        "notices": _notices(files),
        "posted_lines": postings.height,
        "posted_yen": int(postings["amount_yen"].sum()),
        "flags_open": flags,
        "held": holds[0] if holds else {},
        "marts": len(marts),
        "mart_rows": sum(row["row_count"] for row in marts),
        "late": late,
    }


def render(settings: Settings, facts: Mapping[str, Any]) -> RenderableType:
    """The report of a night for the terminal."""
    return Group(
        f"\n[bold]Night {facts['night_id']}[/bold] (business day {facts['business_day']}, Tokyo)",
        _overview(facts),
        *_problems(facts),
        *_waiting(facts),
        _seconds(facts),
        _where_next(settings),
    )


def print_report(console: Console, settings: Settings, facts: Mapping[str, Any]) -> None:
    console.print(render(settings, facts))


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


def _notices(files: pl.DataFrame) -> list[dict[str, Any]]:
    """Files that were not simply loaded, and loaded ones with something to say."""
    said = files.filter((pl.col("status") != "loaded") | pl.col("reason_en").is_not_null())
    return (
        said.select("_source", "_file_name", "status", "reason_en")
        .sort("_source", "_file_name")
        .to_dicts()
    )


def _overview(facts: Mapping[str, Any]) -> Table:
    files = ", ".join(f"{n} {status}" for status, n in facts["files"].items()) or "none"
    held = facts["held"]
    flags = sum(row["flags"] for row in facts["flags_open"])
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for label, text in (
        ("files", files),
        (
            "rows",
            f"{facts['rows_accepted']:,} accepted, {facts['rows_rejected']:,} rejected, "
            f"{facts['rows_duplicate']:,} duplicate",
        ),
        ("posted", f"{facts['posted_lines']:,} lines, ¥{facts['posted_yen']:,}"),
        ("flags open", f"{flags:,}"),
        ("on hold", f"{held.get('held_lines', 0):,} lines, ¥{held.get('held_yen', 0):,}"),
        ("published", f"{facts['marts']} marts, {facts['mart_rows']:,} rows"),
    ):
        table.add_row(label, text)
    return table


def _table(title: str, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> Table:
    table = Table(*columns, title=title, title_justify="left", box=None, padding=(0, 2, 0, 0))
    for row in rows[:SHOWN]:
        table.add_row(*(f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row))
    if len(rows) > SHOWN:
        table.caption = f"… and {len(rows) - SHOWN} more: see marts.rejected_rows"
    return table


def _problems(facts: Mapping[str, Any]) -> list[Table]:
    tables = []
    if facts["rejections"]:
        rows = [
            (each["rows"], each["reason_code"], f"{each['file']}:{each['_row_number']}")
            for each in facts["rejections"]
        ]
        tables.append(_table("\nRejected rows", ("rows", "reason", "for example"), rows))
    if facts["notices"]:
        rows = [
            (each["status"], f"{each['_source']}/{each['_file_name']}", each["reason_en"] or "")
            for each in facts["notices"]
        ]
        tables.append(_table("\nFiles to look at", ("status", "file", "why"), rows))
    return tables


def _waiting(facts: Mapping[str, Any]) -> list[Table]:
    tables = []
    if facts["flags_open"]:
        flags = [
            (each["rule_id"], each["flags"], each["partners"], f"¥{each['yen_at_risk']:,}")
            for each in facts["flags_open"]
        ]
        columns = ("rule", "flags", "partners", "at risk")
        tables.append(_table("\nWaiting for review (確認中)", columns, flags))
    if facts["late"]:
        late = [
            (each["partner_id"], each["last_delivered_on"], each["days"]) for each in facts["late"]
        ]
        tables.append(_table("\nLate partners", ("partner", "last delivery", "days"), late))
    return tables


def _seconds(facts: Mapping[str, Any]) -> Table:
    rows = [
        (f"{seconds:.1f}", STEP_TITLES.get(step, step))
        for step, seconds in facts["seconds"].items()
    ]
    return _table("\nSeconds", ("s", "step"), rows)


def _where_next(settings: Settings) -> str:
    return (
        f"\nLook next: {settings.published / 'partner_performance.duckdb'} (schema marts), "
        f"{settings.outbox} (answers to partners), `make review` (the desk), `make ui` (lineage)."
    )
