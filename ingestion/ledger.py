"""The ledger's batches: append-only postings, each night chained to the one before by hash.

Every posting carries the sha256 of the previous batch's file. Every manifest carries that of the
previous manifest, so that a night without postings is a link too, and short hashes of the blocks
of its own file, so that `ingestion.ledger_chain` can tell where bytes were altered.
"""

from __future__ import annotations

import hashlib
import uuid
from pathlib import Path
from typing import Any

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
# 2 % of the file; small enough that one altered byte is found by trying.
BLOCK_BYTES = 1024
BLOCK_HASH_CHARACTERS = 16


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
    # written beforehand, so that the manifest can hold the hashes of its blocks
    staged = area.parent / "staged" / f"postings-{uuid.uuid4().hex}" / "postings.parquet"
    staged.parent.mkdir(parents=True)
    postings.write_parquet(staged, compression="zstd", compression_level=1, statistics=True)
    facts = {
        "previous_manifest": manifest_hash(area, _last_id(area)),
        "blocks": block_hashes(staged.read_bytes()),
    }
    nothing_more = {"postings": postings.clear()}
    commit_batch(area, night_id, nothing_more, facts, spools={"postings": [staged]})
    staged.parent.rmdir()
    return postings


def manifest_hash(area: Path, night_id: str | None) -> str | None:
    """sha256 of the bytes of a batch's manifest; None for no batch."""
    if night_id is None:
        return None
    return hashlib.sha256((batch_path(area, night_id) / "manifest.json").read_bytes()).hexdigest()


def head(area: Path) -> dict[str, Any]:
    """The latest batch and the hash of its manifest, which stands for the whole chain."""
    last = _last_id(area)
    return {"night_id": last, "manifest": manifest_hash(area, last)}


def block_hashes(content: bytes) -> list[str]:
    """Short sha256 of every block of `BLOCK_BYTES`, the last one may be shorter."""
    return [
        short_hash(content[start : start + BLOCK_BYTES])
        for start in range(0, len(content), BLOCK_BYTES)
    ]


def short_hash(block: bytes) -> str:
    return hashlib.sha256(block).hexdigest()[:BLOCK_HASH_CHARACTERS]


def _last_id(area: Path) -> str | None:
    return next(iter(batch_ids(area)[-1:]), None)


def _last_hash(area: Path) -> str | None:
    last = _last_id(area)
    if last is None:
        return None
    digest: str = read_manifest(area, last)["tables"]["postings"]["sha256"]
    return digest
