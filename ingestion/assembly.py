"""Puts the deliveries of a night together: duplicates out, receipts written, every row counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from ingestion import partner_uploads
from ingestion.columns import Entity
from ingestion.deliveries import Delivery, provenance
from ingestion.entities import ENTITIES, lake_schema
from ingestion.lake import Night
from ingestion.reasons import explain
from ingestion.receipts import FILES_SCHEMA, REJECTED_SCHEMA
from ingestion.versions import mark_duplicates, scan_rows
from ingestion.words import name_choices

_FILE_KEY = ["_source", "_file_name"]
_COUNTS = {"_source": pl.String(), "_file_name": pl.String(), "count": pl.Int64()}


@dataclass(frozen=True)
class Intake:
    """`tables`: entity → accepted rows (`lake_schema`), to which those of `spools` belong too;
    `rejected` and `warnings`: `REJECTED_SCHEMA`, one row a cell; `files`: `FILES_SCHEMA`."""

    tables: dict[str, pl.DataFrame]
    rejected: pl.DataFrame
    warnings: pl.DataFrame
    files: pl.DataFrame
    spools: dict[str, tuple[Path, ...]] = field(default_factory=dict)
    spooled: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_COUNTS))


def assemble(deliveries: list[Delivery], night: Night, raw: Path) -> Intake:
    """Judge what came before, and write the receipts."""
    tables: dict[str, pl.DataFrame] = {}
    spools: dict[str, tuple[Path, ...]] = {}
    duplicates: list[pl.DataFrame] = [_spooled(deliveries, lambda d: d.duplicate_count)]
    warnings = [_explained(deliveries, night, lambda delivery: delivery.warnings)]
    for entity in ENTITIES.values():
        loaded = [d for d in deliveries if d.is_loaded and d.entity is entity]
        spools[entity.name] = tuple(d.spool.path for d in loaded if d.spool is not None)
        kept, repeated = _without_duplicates(loaded, entity, raw, spools[entity.name])
        tables[entity.name] = kept
        warnings.append(_outdated(repeated, entity))
        duplicates.append(repeated.group_by(_FILE_KEY).agg(count=pl.len().cast(pl.Int64)))
    files = _with_count(_receipts(deliveries, night), "duplicate_count", pl.concat(duplicates))
    return recount(
        Intake(
            tables,
            _explained(deliveries, night, lambda delivery: delivery.rejected),
            pl.concat(warnings),
            files,
            {name: paths for name, paths in spools.items() if paths},
            _spooled(deliveries, lambda d: d.spool.rows if d.spool else 0),
        )
    )


def _without_duplicates(
    deliveries: list[Delivery], entity: Entity, raw: Path, spools: tuple[Path, ...]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(rows to keep, rows that came before; those have `_is_outdated` beside)."""
    schema = lake_schema(entity)
    by_uploader: dict[str | None, list[pl.DataFrame]] = {}
    for delivery in deliveries:
        if delivery.rows.height:
            own = by_uploader.setdefault(delivery.sender.uploader_id, [])
            own.append(delivery.rows.select(*schema))
    stored = scan_rows(raw, entity)
    if spools:
        stored = pl.concat([stored, pl.scan_parquet(list(spools))], how="diagonal")
    retried = {delivery.sha256 for delivery in deliveries if delivery.is_retry}
    marked = [
        partner_uploads.fill_times(mark_duplicates(pl.concat(frames), entity, stored, retried))
        for frames in by_uploader.values()
    ]
    marks: dict[str, pl.DataType] = {"_is_duplicate": pl.Boolean(), "_is_outdated": pl.Boolean()}
    rows = pl.concat([pl.DataFrame(schema=schema | marks), *marked])
    kept = rows.filter(pl.col("_is_duplicate").not_()).select(*schema)
    return kept, rows.filter("_is_duplicate")


def _outdated(repeated: pl.DataFrame, entity: Entity) -> pl.DataFrame:
    """Warnings (`REJECTED_SCHEMA`) of rows that another file has corrected since they came."""
    nothing = {"column_name": None, "value": None, "reason_code": "correction_kept"}
    old = repeated.filter("_is_outdated").with_columns(
        entity=pl.lit(entity.name), **{name: pl.lit(value) for name, value in nothing.items()}
    )
    return explain(old).select(pl.col(name).cast(kind) for name, kind in REJECTED_SCHEMA.items())


def _spooled(deliveries: list[Delivery], count: Callable[[Delivery], int]) -> pl.DataFrame:
    """Rows of bulk files that were counted while they were read (`_COUNTS`)."""
    rows = [(d.sender.source, d.name, count(d)) for d in deliveries if d.spool is not None]
    return pl.DataFrame(rows, schema=_COUNTS, orient="row")


def _explained(
    deliveries: list[Delivery], night: Night, problems: Callable[[Delivery], pl.DataFrame]
) -> pl.DataFrame:
    """Problems of all deliveries with where they come from and their sentences."""
    frames = [
        problems(delivery)
        .rename({"row_number": "_row_number"})
        .with_columns(
            **provenance(delivery, night),
            entity=pl.lit(delivery.entity.name if delivery.entity else None, pl.String),
        )
        for delivery in deliveries
        if not problems(delivery).is_empty()
    ]
    if not frames:
        return pl.DataFrame(schema=REJECTED_SCHEMA)
    return name_choices(explain(pl.concat(frames))).select(
        pl.col(name).cast(kind) for name, kind in REJECTED_SCHEMA.items()
    )


def _receipts(deliveries: list[Delivery], night: Night) -> pl.DataFrame:
    """One row a delivery; the counts of accepted and rejected rows follow from the tables."""
    rows = [
        {
            "_batch_id": night.id,
            "_known_at": night.known_at,
            "_source": delivery.sender.source,
            "_uploader_id": delivery.sender.uploader_id,
            "_file_name": delivery.name,
            "_file_sha256": delivery.sha256,
            "entity": delivery.entity.name if delivery.entity else None,
            "status": delivery.status,
            "encoding": delivery.encoding,
            "dialect": delivery.dialect,
            "row_count": delivery.row_count,
            "unknown_columns": ";".join(delivery.unknown_columns) or None,
            "amount_units": ";".join(delivery.amount_units) or None,
            "skipped_count": delivery.skipped_count,
            "reason_code": delivery.reason.code if delivery.reason else None,
            "reason_ja": delivery.reason.ja if delivery.reason else None,
            "reason_en": delivery.reason.en if delivery.reason else None,
        }
        for delivery in deliveries
    ]
    counted = ("accepted_count", "rejected_count", "duplicate_count", "warning_count")
    schema = {name: kind for name, kind in FILES_SCHEMA.items() if name not in counted}
    return pl.DataFrame(rows, schema=schema)


def recount(intake: Intake) -> Intake:
    """Count accepted and rejected rows from the tables and assert that no row is lost."""
    accepted = [table.select(_FILE_KEY) for table in intake.tables.values()]
    counts = [intake.spooled, *(_count(table) for table in accepted if table.height)]
    files = _with_count(intake.files, "accepted_count", pl.concat(counts))
    rejected = intake.rejected.select(*_FILE_KEY, "_row_number").unique()
    files = _with_count(files, "rejected_count", _count(rejected))
    files = _with_count(files, "warning_count", _count(intake.warnings))
    wholly = (pl.col("status") == "refused") & (pl.col("row_count") > 0)
    files = files.with_columns(
        rejected_count=pl.when(wholly).then("row_count").otherwise("rejected_count")
    ).select(*FILES_SCHEMA)
    settled = pl.sum_horizontal("accepted_count", "rejected_count", "duplicate_count")
    lost = files.filter(settled != pl.col("row_count"))
    assert lost.is_empty(), f"rows of {lost['_file_name'].to_list()} are not accounted for"
    return replace(intake, files=files)


def _count(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows a file (`_COUNTS`)."""
    return rows.group_by(_FILE_KEY).agg(count=pl.len().cast(pl.Int64))


def _with_count(files: pl.DataFrame, name: str, counts: pl.DataFrame) -> pl.DataFrame:
    """Add or replace one count a file; files without any have 0."""
    total = counts.group_by(_FILE_KEY).agg(pl.col("count").sum().alias(name))
    joined = files.drop(name, strict=False).join(
        total, on=_FILE_KEY, how="left", maintain_order="left"
    )
    return joined.with_columns(pl.col(name).fill_null(0).cast(pl.Int64))
