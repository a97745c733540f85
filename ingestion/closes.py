"""Closed periods: recorded facts of the ledger (締め), one immutable batch a close (DOMAIN §5).

A close is known from the end of the night after which it was made: the nights that follow see it,
a rebuild as of that night does not. Reopening does not exist; later knowledge posts forward.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from ingestion.lake import Night, commit_batch, create_empty_batch, scan_table
from ingestion.recorded import kind_of, next_id, record_ids
from ingestion.reissues import REISSUE_SCHEMA
from ingestion.statements import STATEMENT_TABLES, frozen

KIND = "c"
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


def prepare(area: Path) -> None:
    """Type the area, so that it can be read before the first close."""
    tables = {"closes": CLOSE_SCHEMA, "reissues": REISSUE_SCHEMA, **STATEMENT_TABLES}
    create_empty_batch(area, tables)


def read_closes(area: Path) -> pl.DataFrame:
    """All recorded closes (`CLOSE_SCHEMA`), oldest first."""
    prepare(area)
    places = {name: place for place, name in enumerate(close_ids(area))}
    made = pl.col("close_id").replace_strict(places, default=None, return_dtype=pl.Int64)
    return scan_table(area, "closes").sort(made).collect()


def close_ids(area: Path) -> list[str]:
    """Ids of the committed closes, in the order in which they were made."""
    return [name for name in record_ids(area) if kind_of(name) == KIND]


def record_close(
    area: Path,
    after: Night,
    close: Mapping[str, object],
    statements: Mapping[str, pl.DataFrame] | None = None,
    facts: Mapping[str, object] | None = None,
) -> str:
    """Commit one close made after a completed night; returns its id `<night id>-c<n>`.

    `close` holds the columns of `CLOSE_SCHEMA` but those that follow from the night. `statements`:
    rows of the statement marts by the names of `STATEMENT_TABLES`, frozen with the close in one
    batch. `facts` go into the batch's manifest.
    """
    close_id = next_id(area, after, KIND)
    row = {
        **close,
        "close_id": close_id,
        "after_night_id": after.id,
        "known_at": after.known_at,
    }
    tables = {"closes": pl.DataFrame([row], schema=CLOSE_SCHEMA)}
    for name, rows in (statements or {}).items():
        tables[name] = frozen(rows, STATEMENT_TABLES[name], row)
    commit_batch(area, close_id, tables, facts or {})
    return close_id
