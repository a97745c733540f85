"""Puts the deliveries of a night together: duplicates out, receipts written, every row counted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from ingestion import partner_uploads
from ingestion.columns import Entity
from ingestion.deliveries import Delivery, provenance
from ingestion.entities import ENTITIES, lake_schema
from ingestion.lake import Night
from ingestion.reasons import explain
from ingestion.receipts import FILES_SCHEMA, REJECTED_SCHEMA
from ingestion.versions import mark_duplicates

_FILE_KEY = ["_source", "_file_name"]


@dataclass(frozen=True)
class Intake:
    """`tables`: entity → accepted rows (`lake_schema`); `rejected`: `REJECTED_SCHEMA`, one row a
    failing cell; `files`: `FILES_SCHEMA`, one row a file."""

    tables: dict[str, pl.DataFrame]
    rejected: pl.DataFrame
    files: pl.DataFrame


def assemble(deliveries: list[Delivery], night: Night, raw: Path) -> Intake:
    """Judge what came before, and write the receipts."""
    tables: dict[str, pl.DataFrame] = {}
    duplicates: list[pl.DataFrame] = []
    for entity in ENTITIES.values():
        kept, repeated = _without_duplicates(deliveries, entity, raw)
        tables[entity.name] = kept
        duplicates.append(repeated)
    rejected = [pl.DataFrame(schema=REJECTED_SCHEMA), *(_rejected(d, night) for d in deliveries)]
    counts = pl.concat(duplicates).group_by(_FILE_KEY).len("duplicate_count")
    files = _with_count(_receipts(deliveries, night), counts)
    return recount(Intake(tables, pl.concat(rejected), files.select(*FILES_SCHEMA)))


def _without_duplicates(
    deliveries: list[Delivery], entity: Entity, raw: Path
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(rows to keep, the file keys of the rows that came before)."""
    schema = lake_schema(entity)
    by_uploader: dict[str | None, list[pl.DataFrame]] = {}
    for delivery in deliveries:
        if delivery.is_loaded and delivery.entity is entity and delivery.rows.height:
            own = by_uploader.setdefault(delivery.sender.uploader_id, [])
            own.append(delivery.rows.select(*schema))
    marked = [
        partner_uploads.fill_times(mark_duplicates(pl.concat(frames), entity, raw))
        for frames in by_uploader.values()
    ]
    rows = pl.concat([pl.DataFrame(schema={**schema, "_is_duplicate": pl.Boolean()}), *marked])
    kept = rows.filter(pl.col("_is_duplicate").not_()).select(*schema)
    return kept, rows.filter("_is_duplicate").select(_FILE_KEY)


def _rejected(delivery: Delivery, night: Night) -> pl.DataFrame:
    if delivery.rejected.is_empty():
        return pl.DataFrame(schema=REJECTED_SCHEMA)
    entity = delivery.entity.name if delivery.entity else None
    named = delivery.rejected.rename({"row_number": "_row_number"}).with_columns(
        **provenance(delivery, night), entity=pl.lit(entity, pl.String)
    )
    return explain(named).select(pl.col(name).cast(kind) for name, kind in REJECTED_SCHEMA.items())


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
            "row_count": delivery.row_count,
            "accepted_count": 0,
            "rejected_count": 0,
            "unknown_columns": ";".join(delivery.unknown_columns) or None,
            "reason_code": delivery.reason.code if delivery.reason else None,
            "reason_ja": delivery.reason.ja if delivery.reason else None,
            "reason_en": delivery.reason.en if delivery.reason else None,
        }
        for delivery in deliveries
    ]
    schema = {name: kind for name, kind in FILES_SCHEMA.items() if name != "duplicate_count"}
    return pl.DataFrame(rows, schema=schema)


def recount(intake: Intake) -> Intake:
    """Count accepted and rejected rows from the tables and assert that no row is lost."""
    accepted = pl.concat([table.select(_FILE_KEY) for table in intake.tables.values()])
    rejected = intake.rejected.select(*_FILE_KEY, "_row_number").unique()
    files = intake.files.drop("accepted_count", "rejected_count")
    files = _with_count(files, accepted.group_by(_FILE_KEY).len("accepted_count"))
    files = _with_count(files, rejected.group_by(_FILE_KEY).len("rejected_count"))
    files = files.select(*FILES_SCHEMA)
    settled = pl.sum_horizontal("accepted_count", "rejected_count", "duplicate_count")
    lost = files.filter(settled != pl.col("row_count"))
    assert lost.is_empty(), f"rows of {lost['_file_name'].to_list()} are not accounted for"
    return replace(intake, files=files)


def _with_count(files: pl.DataFrame, counts: pl.DataFrame) -> pl.DataFrame:
    """Add one count a file; files without any have 0."""
    joined = files.join(counts, on=_FILE_KEY, how="left", maintain_order="left")
    return joined.with_columns(pl.col(counts.columns[-1]).fill_null(0).cast(pl.Int64))
