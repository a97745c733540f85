"""A night's intake: the three doors read, judged, and committed as one batch of `lake/raw`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import polars as pl

from ingestion import crm_exports, decisions, partner_uploads
from ingestion.assembly import Intake, assemble, recount
from ingestion.bulk.lane import BULK_BYTES, Bulk
from ingestion.bulk.seen import load_seen
from ingestion.columns import Entity
from ingestion.crm.pulled import Pulled
from ingestion.deliveries import Delivery, Sender, type_all
from ingestion.desk import Desk
from ingestion.entities import ENTITIES, lake_schema
from ingestion.files import Arrival, find_arrivals, printable
from ingestion.lake import Night, commit_batch
from ingestion.ownership import CONTRACT_COLUMNS, REP_COLUMNS, Records, latest_parents
from ingestion.reasons import reason
from ingestion.receipts import REJECTED_SCHEMA, lake_tables
from ingestion.replies import files as replies
from ingestion.versions import scan_rows
from ingestion.xlsx.guard import WorkbookWorker

__all__ = [
    "Intake",
    "Opening",
    "commit",
    "lake_tables",
    "partner_rows",
    "read_doors",
    "reject_rows",
    "write_replies",
]

_DOORS = ("crm", "partners", "review")


@dataclass(frozen=True)
class Opening:
    """How the doors are opened: files written within the last `settle_seconds` are left for the
    next night, CRM files of `bulk_bytes` and more are read in pieces."""

    settle_seconds: float = 2.0
    bulk_bytes: int = BULK_BYTES


_USUAL = Opening()


def read_doors(
    home: Path,
    night: Night,
    key: bytes,
    *,
    pulled: Pulled | None = None,
    opening: Opening = _USUAL,
) -> Intake:
    """Read everything new in the inbox of `home`; written are archive copies, and the rows of bulk
    files, beside the lake.

    `key` makes the hashes. `pulled`: what came by API beside the inbox.
    """
    raw, inbox = home / "lake" / "raw", home / "inbox"
    with WorkbookWorker() as worker:
        bulk = Bulk(home / "lake" / "staged" / f"bulk-{uuid4().hex}", night, key, raw)
        desk = Desk(home / "archive", worker, load_seen(raw), bulk, opening.bulk_bytes)
        arrivals = partial(_arrivals, settle_seconds=opening.settle_seconds)
        files = desk.open_all(crm_exports.arrivals(inbox, opening.settle_seconds))
        if pulled is not None:
            files += desk.open_all(crm_exports.pulled_arrivals(pulled, inbox))
            files += crm_exports.skipped(pulled, inbox)
        own = crm_exports.judge(type_all(files, night, key), raw)
        decided = decisions.as_decided(desk.open_all(arrivals(decisions.senders(inbox))))
        own += type_all(decided, night, key)
        parents = latest_parents(_known(raw, own, ENTITIES["partners"]))
        known = set(parents["partner_id"])
        uploads: list[Delivery] = []
        for sender in partner_uploads.senders(inbox):
            if sender.uploader_id in known:
                uploads += desk.open_all(arrivals([sender]))
            else:
                uploads += partner_uploads.refuse_unknown(sender, opening.settle_seconds)
    records = Records(
        contracts=_known(raw, own, ENTITIES["contracts"], CONTRACT_COLUMNS),
        reps=_known(raw, own, ENTITIES["partner_reps"], REP_COLUMNS),
    )
    uploads = partner_uploads.judge(type_all(uploads, night, key), parents, records)
    judged = decisions.judge([*own, *uploads], raw)
    return assemble([*judged, *_misplaced(inbox)], night, raw)


def partner_rows(intake: Intake, entity: str) -> pl.DataFrame:
    """Accepted rows that partners uploaded, with `row_id` = `<place in the inbox>:<sha256>:<row>`.

    The place is part of it: two partners may send the same bytes in one night.
    """
    rows = intake.tables[entity].filter(pl.col("_uploader_id").is_not_null())
    return rows.with_columns(row_id=_row_id())


def reject_rows(intake: Intake, entity: str, failures: pl.DataFrame) -> Intake:
    """Move rows to the rejected ones and keep the counts of the receipts.

    `failures`: row_id, column_name, reason_code, reason_ja, reason_en; several for a row are kept.
    """
    table = intake.tables[entity].with_columns(row_id=_row_id())
    failed = table.join(failures, on="row_id", how="inner", maintain_order="left")
    if failed.is_empty():
        return intake
    rejected = failed.with_columns(entity=pl.lit(entity), value=_value_of(failed))
    kept = table.join(failures, on="row_id", how="anti", maintain_order="left").drop("row_id")
    return recount(
        replace(
            intake,
            tables=intake.tables | {entity: kept},
            rejected=pl.concat([intake.rejected, rejected.select(*REJECTED_SCHEMA)]),
        )
    )


def commit(home: Path, night: Night, intake: Intake, more: Mapping[str, Any] | None = None) -> Path:
    """Make the intake one batch of `lake/raw`, every entity present; counts go into the manifest,
    and `more` facts.

    Raises `BatchExistsError` when the night has committed its intake before.
    """
    tables = {
        **intake.tables,
        "rejected_rows": intake.rejected,
        "warnings": intake.warnings,
        "files": intake.files,
    }
    statuses = intake.files["status"].value_counts(sort=True)
    facts: dict[str, Any] = {
        "known_at": night.known_at.isoformat(),
        "committed_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "files": dict(statuses.iter_rows()),
        "rows": {
            name: int(intake.files[f"{name}_count"].sum())
            for name in ("row", "accepted", "rejected", "duplicate")
        },
        **(more or {}),
    }
    return commit_batch(home / "lake" / "raw", night.id, tables, facts, intake.spools)


def write_replies(home: Path, intake: Intake) -> list[Path]:
    """Answer every partner's file in `outbox/<partner_id>/`; see `ingestion.replies.files`."""
    return replies.write_replies(home, intake.files, intake.rejected, intake.warnings)


def _arrivals(senders: Iterable[Sender], settle_seconds: float) -> Iterator[tuple[Sender, Arrival]]:
    for sender in senders:
        for arrival in find_arrivals(sender.folder, settle_seconds):
            yield sender, arrival


def _known(
    raw: Path, deliveries: list[Delivery], entity: Entity, columns: Sequence[str] = ()
) -> pl.DataFrame:
    """Rows of an entity: the lake's, then those just read."""
    chosen = list(columns or lake_schema(entity))
    frames = [scan_rows(raw, entity), *crm_exports.loaded_rows(deliveries, entity)]
    return pl.concat([frame.select(chosen) for frame in frames]).collect()


def _misplaced(inbox: Path) -> list[Delivery]:
    """What lies beside the senders' folders instead of in one; of an unknown door, its folder."""
    beside = [("inbox", path) for path in sorted(inbox.glob("*")) if path.name not in _DOORS]
    beside += [
        (door, path)
        for door in ("crm", "partners")
        for path in sorted((inbox / door).glob("*"))
        if not path.is_dir()
    ]
    return [
        Delivery(
            Sender(door, path.parent), printable(path.name), None, "refused", reason("misplaced")
        )
        for door, path in beside
        if not path.name.startswith((".", "~$"))
    ]


def _row_id() -> pl.Expr:
    place = pl.concat_str("_source", "_file_name", separator="/")
    row = pl.col("_row_number").cast(pl.String)
    return pl.concat_str(place, "_file_sha256", row, separator=":")


def _value_of(failed: pl.DataFrame) -> pl.Expr:
    """The value of the column each failure names, as text."""
    names = [name for name in failed["column_name"].unique().drop_nulls() if name in failed.columns]
    values = [
        pl.when(pl.col("column_name") == name).then(pl.col(name).cast(pl.String)) for name in names
    ]
    return pl.coalesce(*values, pl.lit(None, pl.String))
