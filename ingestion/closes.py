"""Closed periods: recorded facts of the ledger (締め), one immutable batch a close (DOMAIN §5).

A close is known from the end of the night after which it was made: the nights that follow see it,
a rebuild as of that night does not. Reopening does not exist; later knowledge posts forward.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from ingestion.lake import Night, commit_batch, scan_table

_TEXT = pl.String()
CLOSE_SCHEMA: dict[str, pl.DataType] = {
    "close_id": _TEXT,
    # `YYYY-MM` of the closing date; an empty partner closes the period of every partner
    "period": _TEXT,
    "partner_id": _TEXT,
    "closed_by": _TEXT,
    "second_by": _TEXT,
    "reason": _TEXT,
    "is_forced": pl.Boolean(),
    # the checklist as it stood, JSON
    "checklist": _TEXT,
    "after_night_id": _TEXT,
    "known_at": pl.Datetime("us"),
    # the wall clock, stored and used for nothing
    "recorded_at": pl.Datetime("us"),
}


def read_closes(area: Path) -> pl.DataFrame:
    """All recorded closes (`CLOSE_SCHEMA`), oldest first."""
    return scan_table(area, "closes").sort("known_at", "close_id").collect()


def record_close(area: Path, after: Night, close: dict[str, object]) -> str:
    """Commit one close made after a completed night; returns its id `<night id>-<n>`.

    `close` holds the columns of `CLOSE_SCHEMA` but those that follow from the night.
    """
    made = sum(batch.split("-c")[0] == after.id for batch in _made(area))
    close_id = f"{after.id}-c{made + 1}"
    row = close | {
        "close_id": close_id,
        "after_night_id": after.id,
        "known_at": after.known_at,
    }
    commit_batch(area, close_id, {"closes": pl.DataFrame([row], schema=CLOSE_SCHEMA)}, {})
    return close_id


def _made(area: Path) -> list[str]:
    return [path.name.removeprefix("batch=") for path in area.glob("batch=*")]
