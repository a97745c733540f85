"""Reissued statements (再発行): a later version of a frozen one, an immutable batch each.

The batch lies among the closes (`lake/closes/batch=<night id>-r<n>/`), holds the whole version in
the tables of a close, and is sealed on the batch of the version before it. The postings of the
period are those of the first version for ever.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from ingestion.lake import Night, batch_path, commit_batch, scan_table
from ingestion.recorded import next_id
from ingestion.statements import STATEMENT_TABLES

_TEXT = pl.String()
REISSUE_SCHEMA: dict[str, pl.DataType] = {
    "reissue_id": _TEXT,
    "statement_id": _TEXT,
    "version": pl.Int64(),
    "partner_id": _TEXT,
    "period": _TEXT,
    "reason": _TEXT,
    "reissued_by": _TEXT,
    "second_by": _TEXT,
    # names of the columns that say something else than in the version before, `;`-joined
    "changed": _TEXT,
    "previous_sha256": _TEXT,
    "after_night_id": _TEXT,
    "known_at": pl.Datetime("us"),
    # the wall clock, stored and used for nothing
    "recorded_at": pl.Datetime("us"),
}
Tables = dict[str, pl.DataFrame]


def latest_version(area: Path, statement_id: str) -> Tables | None:
    """Rows of the latest version of a frozen statement, by the names of `STATEMENT_TABLES`.

    A close of an earlier release kept no party: that table is then empty. None: never frozen.
    """
    found = {
        name: scan_table(area, name).filter(pl.col("statement_id") == statement_id).collect()
        for name in STATEMENT_TABLES
    }
    if found["statements"].is_empty():
        return None
    latest = found["statements"]["version"].max()
    return {name: rows.filter(pl.col("version") == latest) for name, rows in found.items()}


def record_reissue(
    area: Path, after: Night, reissue: Mapping[str, object], tables: Tables, head: object
) -> str:
    """Commit the next version of a statement; returns its id `<night id>-r<n>`.

    `reissue` holds the columns of `REISSUE_SCHEMA` but those that follow from the night and the
    version before. `tables`: those of `latest_version` with what is corrected; version, hash and
    origin are set here. `head`: the ledger's, for the manifest, as in a close.
    """
    before = tables["statements"].row(0, named=True)
    reissue_id = next_id(area, after, "r")
    version = before["version"] + 1
    # the columns that every table shares; the party of an earlier release has none before
    origin = {"version": version, "close_id": reissue_id, "known_at": after.known_at}
    stamped = {
        name: rows.with_columns(pl.lit(value).alias(key) for key, value in origin.items())
        for name, rows in tables.items()
    }
    digest = _digest(stamped, before["content_sha256"])
    stamped["statements"] = stamped["statements"].with_columns(content_sha256=pl.lit(digest))
    row = {
        **reissue,
        "reissue_id": reissue_id,
        "statement_id": before["statement_id"],
        "version": version,
        "previous_sha256": before["content_sha256"],
        "after_night_id": after.id,
        "known_at": after.known_at,
    }
    committed = {"reissues": pl.DataFrame([row], schema=REISSUE_SCHEMA)} | {
        name: rows.select(pl.col(column).cast(dtype) for column, dtype in schema.items())
        for name, schema in STATEMENT_TABLES.items()
        for rows in (stamped[name],)
    }
    facts = {"ledger_head": head, "replaces": _sealed(area, before["close_id"])}
    commit_batch(area, reissue_id, committed, facts)
    return reissue_id


def _sealed(area: Path, batch_id: str) -> dict[str, str]:
    raw = (batch_path(area, batch_id) / "manifest.json").read_bytes()
    return {"batch": batch_id, "manifest": hashlib.sha256(raw).hexdigest()}


def _digest(tables: Tables, previous_sha256: str) -> str:
    """sha256 of all that the version says, in its order, and of the hash of the one before."""
    said: dict[str, Any] = {
        name: rows.drop("content_sha256", "close_id", "known_at", strict=False).to_dicts()
        for name, rows in sorted(tables.items())
    }
    text = json.dumps([said, previous_sha256], ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
