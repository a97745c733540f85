"""The ledger's batches: append-only postings, each night chained to the one before by hash."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from ingestion.lake import batch_ids, batch_path, commit_batch, read_manifest

_TEXT, _INSTANT, _WHOLE = pl.String(), pl.Datetime("us"), pl.Int64()
# `night_id` names the run and `posted_at` its knowledge time, so a rebuild gives the same rows.
POSTING_SCHEMA: dict[str, pl.DataType] = {
    "posting_id": _TEXT,
    "line_key": _TEXT,
    "posted_at": _INSTANT,
    "night_id": _TEXT,
    "partner_id": _TEXT,
    "role": _TEXT,
    "component": _TEXT,
    "subject": _TEXT,
    "contract_id": _TEXT,
    "stage": _TEXT,
    "earn_period": _TEXT,
    "post_period": _TEXT,
    "amount_yen": _WHOLE,
    "agreement_id": _TEXT,
    "agreement_version": _WHOLE,
    "term_id": _TEXT,
    "reason_code": _TEXT,
    "known_at": _INSTANT,
    "previous_hash": _TEXT,
}


def posted(area: Path, night_id: str) -> pl.DataFrame | None:
    """What a night has already posted, or None."""
    batch = batch_path(area, night_id)
    return pl.read_parquet(batch / "postings.parquet") if batch.exists() else None


def append(area: Path, night_id: str, due: pl.DataFrame) -> pl.DataFrame:
    """Commit the postings due (`POSTING_SCHEMA` without `previous_hash`) as the night's batch.

    `previous_hash` is the sha256 of the previous batch's file, null in the first. Raises
    `BatchExistsError` when the night has posted.
    """
    postings = due.with_columns(previous_hash=pl.lit(_last_hash(area))).select(
        pl.col(name).cast(dtype) for name, dtype in POSTING_SCHEMA.items()
    )
    commit_batch(area, night_id, {"postings": postings}, {})
    return postings


def _last_hash(area: Path) -> str | None:
    previous = batch_ids(area)[-1:]
    if not previous:
        return None
    digest: str = read_manifest(area, previous[0])["tables"]["postings"]["sha256"]
    return digest
