"""The tables every night's batch holds beside the entities: rejected rows, warnings, receipts."""

from __future__ import annotations

import polars as pl

from ingestion.entities import ENTITIES, lake_schema

_ORIGIN: dict[str, pl.DataType] = {
    "_batch_id": pl.String(),
    "_known_at": pl.Datetime("us"),
    "_source": pl.String(),
    "_uploader_id": pl.String(),
    "_file_name": pl.String(),
    "_file_sha256": pl.String(),
}
_REASON: dict[str, pl.DataType] = {
    "reason_code": pl.String(),
    "reason_ja": pl.String(),
    "reason_en": pl.String(),
}
REJECTED_SCHEMA: dict[str, pl.DataType] = {
    **_ORIGIN,
    "_row_number": pl.Int64(),
    "entity": pl.String(),
    "column_name": pl.String(),
    "value": pl.String(),
    **_REASON,
}
# status: loaded, refused, duplicate (these bytes came before) or ignored (left for the next night).
# row_count = accepted_count + rejected_count + duplicate_count, always. Of a file that was refused
# for too many bad rows all rows count as rejected. `dialect`: how a text was split, and why so.
# `amount_units`: 初期費用＝千円, joined by `;`. `skipped_count`: lines that are no rows.
FILES_SCHEMA: dict[str, pl.DataType] = {
    **_ORIGIN,
    "entity": pl.String(),
    "status": pl.String(),
    "encoding": pl.String(),
    "dialect": pl.String(),
    "row_count": pl.Int64(),
    "accepted_count": pl.Int64(),
    "rejected_count": pl.Int64(),
    "duplicate_count": pl.Int64(),
    "warning_count": pl.Int64(),
    "unknown_columns": pl.String(),
    "amount_units": pl.String(),
    "skipped_count": pl.Int64(),
    **_REASON,
}


def lake_tables() -> dict[str, dict[str, pl.DataType]]:
    """Schema of every table of `lake/raw`; what batch 0 is made of."""
    entities = {name: lake_schema(entity) for name, entity in ENTITIES.items()}
    return entities | {
        "rejected_rows": REJECTED_SCHEMA,
        "warnings": REJECTED_SCHEMA,
        "files": FILES_SCHEMA,
    }
