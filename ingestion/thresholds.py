"""Thresholds that somebody changed: what a conduct rule allows, as data (0052).

A recorded fact, one immutable batch a change, known from the end of the last night that had judged
when it was made: the nights that follow judge by it, a rebuild as of that night does not see it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import polars as pl

from ingestion.lake import Night, commit_batch, create_empty_batch, scan_table
from ingestion.recorded import next_id, place_of

# After which a threshold is set that the very first night already judges by.
BEFORE_ALL = Night(date(1970, 1, 1), 0)
THRESHOLD_SCHEMA: dict[str, pl.DataType] = {
    "change_id": pl.String(),
    "rule_id": pl.String(),
    "column_name": pl.String(),
    "argument": pl.String(),
    # JSON; an empty new value is that of the rule's file
    "old_value": pl.String(),
    "new_value": pl.String(),
    # empty when the rule could not judge by what was set, its file being another since
    "rule_version_before": pl.String(),
    "rule_version_after": pl.String(),
    "set_by": pl.String(),
    "reason": pl.String(),
    "known_at": pl.Datetime("us"),
    # which change it was since that night
    "place": pl.Int64(),
    # the wall clock, stored and used for nothing
    "recorded_at": pl.Datetime("us"),
}


def read_thresholds(area: Path) -> pl.DataFrame:
    """All changes of thresholds (`THRESHOLD_SCHEMA`), oldest first; writes nothing."""
    if not any(area.glob("batch=*")):
        return pl.DataFrame(schema=THRESHOLD_SCHEMA)
    order = ("known_at", "place", "rule_id", "column_name", "argument")
    return scan_table(area, "thresholds").sort(*order).collect()


def record_thresholds(
    area: Path, after: Night, changes: Sequence[Mapping[str, object]], fact: Mapping[str, object]
) -> str:
    """Commit what one person changed at once, after a night; returns its id `<night id>-t<n>`.

    `changes` and `fact` hold the columns of `THRESHOLD_SCHEMA` but those that follow from the
    night: one mapping a threshold, and what is the same for all.
    """
    create_empty_batch(area, {"thresholds": THRESHOLD_SCHEMA})
    name = next_id(area, after, "t")
    known = {**fact, "change_id": name, "known_at": after.known_at, "place": place_of(name)}
    rows = [{**change, **known} for change in changes]
    commit_batch(area, name, {"thresholds": pl.DataFrame(rows, schema=THRESHOLD_SCHEMA)}, {})
    return name
