"""The lake's leads and contracts → the records whose customers are looked for, as of a night.

Personal text is read from the restricted columns into memory and goes nowhere else.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl

from ingestion.columns import Entity
from ingestion.entities import ENTITIES
from ingestion.versions import scan_rows

# What is compared, by field of `resolve`.
CUSTOMER = {
    "company": "company_name",
    "company_kana": "company_name_kana",
    "corporate_number": "corporate_number",
    "contact": "contact_name",
    "contact_kana": "contact_name_kana",
    "email": "email",
    "phone": "phone",
    "postal_code": "postal_code",
    "prefecture": "prefecture",
    "address": "address",
}
# A model is trained anew when so much more is known than at the training before it.
_GROWTH = 1.1
# A record of the lake by one name, leads:crm:L1 (entity, door or uploader, number).
PLACE = pl.concat_str("entity", "scope_id", "record_id", separator=":").alias("place")
_AREAS = ("postal_code", "prefecture")
_VERSION = ("place", "_known_at", "_file_sha256", "_row_number")


def read_records(raw: Path, known_at: datetime | None) -> tuple[pl.DataFrame, datetime | None]:
    """Rows to compare, and the night that the model in force is trained on.

    Columns place, entity, scope_id, record_id, version (of the lake's row), first_known_at,
    is_deleted, is_now (in force as of `known_at`), is_trained (in force on the night of training),
    deal and the fields of `CUSTOMER`; rows in force first, by place. A deleted record stays with
    what it said last: its customer keeps its id.
    """
    entities = [ENTITIES[name] for name in ("leads", "contracts")]
    scans = [_scan(raw, entity, known_at) for entity in entities]
    known = [scan.select("row", "scope_id", "key", *_TIMES).collect() for scan in scans]
    trained_at = training_night(pl.concat(frame.select("_known_at") for frame in known))
    records = pl.concat(
        _content(scan, _chosen(frame, trained_at), entity)
        for scan, frame, entity in zip(scans, known, entities, strict=True)
    )
    return records.sort(~pl.col("is_now"), "place", "version"), trained_at


def training_night(known: pl.DataFrame) -> datetime | None:
    """Of all versions (_known_at): the last night by whose end a tenth more was known than on the
    training night before it. So a night's model is a function of the batches up to it."""
    trained_at, trained = None, 0
    nights = known.group_by("_known_at").agg(rows=pl.len()).sort("_known_at")
    for known_at, rows in nights.with_columns(pl.col("rows").cum_sum()).iter_rows():
        if rows > trained * _GROWTH:
            trained_at, trained = known_at, rows
    return trained_at


_TIMES = ("_known_at", "_at", "is_deleted")


def _scan(raw: Path, entity: Entity, known_at: datetime | None) -> pl.LazyFrame:
    rows = scan_rows(raw, entity).with_row_index("row")
    if known_at is not None:
        rows = rows.filter(pl.col("_known_at") <= known_at)
    return rows.with_columns(
        scope_id=pl.col("_uploader_id").fill_null("crm"),
        key=pl.col(entity.key[0]),
        _at=pl.coalesce("updated_at", "_known_at"),
        is_deleted=pl.col("is_deleted").fill_null(False),
    )


def _chosen(known: pl.DataFrame, trained_at: datetime | None) -> pl.DataFrame:
    """(row, is_now, is_trained, is_deleted, first_known_at) of rows in force on either night."""
    now = _in_force(known).with_columns(is_now=True)
    before = known.filter(pl.col("_known_at") <= pl.lit(trained_at, pl.Datetime("us")))
    trained = _in_force(before).select("row", is_trained=True)
    both = now.join(trained, on="row", how="full", coalesce=True)
    flags = ("is_now", "is_trained", "is_deleted")
    return both.with_columns(pl.col(flag).fill_null(False) for flag in flags)


def _in_force(known: pl.DataFrame) -> pl.DataFrame:
    """The row that says last what each record is; a tombstone says nothing."""
    ordered = known.sort("_at", "_known_at", "row")
    return (
        ordered.group_by("scope_id", "key", maintain_order=True)
        .agg(
            pl.col("row").filter(pl.col("is_deleted").not_()).last(),
            pl.col("is_deleted").last(),
            first_known_at=pl.col("_known_at").min(),
        )
        .drop_nulls("row")
        .select("row", "is_deleted", "first_known_at")
    )


def _content(scan: pl.LazyFrame, chosen: pl.DataFrame, entity: Entity) -> pl.DataFrame:
    naming = [column for field, column in CUSTOMER.items() if field not in _AREAS]
    names_nobody = pl.all_horizontal(pl.col(column).is_null() for column in naming)
    ties = pl.lit(True) if entity.name == "leads" else names_nobody
    rows = scan.drop("is_deleted").join(chosen.lazy(), on="row").collect()
    named = rows.with_columns(entity=pl.lit(entity.name), record_id="key").with_columns(PLACE)
    return named.select(
        *("place", "entity", "scope_id", "record_id", "first_known_at"),
        *("is_deleted", "is_now", "is_trained"),
        version=pl.struct(_VERSION).hash(),
        deal=pl.when(ties).then(pl.concat_str("scope_id", "lead_id", separator=":")),
        **{field: pl.col(column) for field, column in CUSTOMER.items()},
    )
