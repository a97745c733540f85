"""Which records left a CRM and which came back: its lists and sweeps against what the lake holds.

By state, not by time: a night that was missed, a deletion seen too early or a record restored with
its old time of modification all come out right on the next night.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

from ingestion.crm.errors import CrmMassDeletionError
from ingestion.crm.mapping import (
    STAMP,
    key_rows,
    no_keys,
    read_keys,
    read_page,
    stamp_text,
)
from ingestion.crm.source import DELETED_AT, Source
from ingestion.crm.systems import Stream
from ingestion.versions import scan_rows

MASS_SHARE, MASS_RECORDS = 0.2, 20


@dataclass(frozen=True)
class Reading:
    """One pull so far. `held`: see `load_held`; `pulled`: keys and `STAMP` of the rows that came;
    `until`: time of a deletion nobody dates; `horizon`: what is later waits (both naive UTC)."""

    stream: Stream
    held: pl.DataFrame
    pulled: pl.DataFrame
    until: datetime
    horizon: datetime
    is_full: bool
    gap: timedelta

    @property
    def key(self) -> list[str]:
        return list(self.stream.entity.key)


@dataclass(frozen=True)
class Differences:
    """`gone`: keys and `STAMP` of records to bury; `again`: rows (canonical) to read once more."""

    gone: pl.DataFrame
    again: pl.DataFrame


def load_held(raw: Path, system: str, stream: Stream) -> pl.DataFrame:
    """Keys the lake holds from a stream's own files, as text, with `STAMP` and `is_dead`."""
    key = list(stream.entity.key)
    return (
        scan_rows(raw, stream.entity)
        .filter(pl.col("_source") == f"crm/{system}")
        .filter(pl.col("_file_name").str.contains(stream.file_pattern))
        .select(
            *(pl.col(name).cast(pl.String) for name in key),
            pl.coalesce("updated_at", "_known_at").alias(STAMP),
            "_known_at",
            "_row_number",
            is_dead=pl.col("is_deleted").fill_null(False),
        )
        .sort(STAMP, "_known_at", "_row_number")
        .unique(key, keep="last", maintain_order=True)
        .select(*key, STAMP, "is_dead")
        .collect()
    )


def compare(source: Source, reading: Reading) -> Differences:
    """Ask the CRM what is deleted or alive, and again about every record in doubt."""
    stream, key, kept = reading.stream, reading.key, source.deletions_kept
    living = reading.held.filter(pl.col("is_dead").not_()).drop("is_dead")
    dead = reading.held.filter("is_dead").drop("is_dead")
    known = pl.concat([living, reading.pulled]).group_by(key).agg(pl.col(STAMP).max())
    listed = live = None
    if kept is not None:
        listed = _listed(list(source.deleted(stream)), reading)
    if kept is None or reading.gap > kept or (reading.is_full and not source.counts_records):
        pages = list(source.live(stream))
        live = key_rows(pl.concat(pages), stream, None) if pages else no_keys(stream)
    gone = _gone(known, listed, live, reading)
    doubtful = _returned(dead, listed, live, reading.until - (kept or timedelta()), key)
    if live is not None and reading.is_full and not source.counts_records:
        doubtful = pl.concat([doubtful, live.join(reading.pulled, on=key, how="anti")])
    # a candidate that is found alive was restored or overlooked: its row is news as well
    doubtful = pl.concat([doubtful, gone])
    found, alive = _find(source, reading, doubtful[key[0]].to_list())
    gone = gone.join(alive, on=key, how="anti")
    if live is not None and not stream.allow_mass_deletion:
        _refuse_mass(
            gone if listed is None else gone.join(listed, on=key, how="anti"), living, live
        )
    return Differences(gone, _again(found, doubtful, dead, stream))


def _listed(pages: list[pl.DataFrame], reading: Reading) -> pl.DataFrame:
    """Deletions before the horizon, the last of each key; `until` where none is dated."""
    if not pages:
        return no_keys(reading.stream)
    listed = key_rows(pl.concat(pages), reading.stream, DELETED_AT)
    dated = listed.with_columns(pl.col(STAMP).fill_null(reading.until))
    past = dated.filter(pl.col(STAMP) < reading.horizon)
    return past.group_by(reading.key).agg(pl.col(STAMP).max())


def _gone(
    known: pl.DataFrame, listed: pl.DataFrame | None, live: pl.DataFrame | None, reading: Reading
) -> pl.DataFrame:
    """Known keys that are listed as deleted or not among the living; a tombstone is never older
    than the version it buries."""
    key, parts = reading.key, [no_keys(reading.stream)]
    if listed is not None:
        both = known.join(listed, on=key, how="inner", suffix="_deleted")
        latest = pl.max_horizontal(STAMP, f"{STAMP}_deleted")
        parts.append(both.select(*key, latest.alias(STAMP)))
    if live is not None:
        missing = known.join(live, on=key, how="anti")
        parts.append(missing.with_columns(pl.max_horizontal(STAMP, pl.lit(reading.until))))
    dated = [part.with_columns(pl.col(STAMP).cast(pl.Datetime("us"))) for part in parts]
    return pl.concat(dated).unique(key, keep="first", maintain_order=True)


def _returned(
    dead: pl.DataFrame,
    listed: pl.DataFrame | None,
    live: pl.DataFrame | None,
    listed_from: datetime,
    key: list[str],
) -> pl.DataFrame:
    """Keys buried in the lake that the CRM no longer calls deleted, or has among the living."""
    parts = [dead.clear()]
    if listed is not None:
        # older deletions have left the list, which is not kept for ever
        recent = dead.filter(pl.col(STAMP) >= listed_from)
        parts.append(recent.join(listed, on=key, how="anti"))
    if live is not None:
        parts.append(dead.join(live, on=key, how="semi"))
    return pl.concat(parts).unique(key, maintain_order=True)


def _find(source: Source, reading: Reading, keys: list[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """`read_page` of everything found under these keys."""
    stream = reading.stream
    none = pl.DataFrame(schema=dict.fromkeys(stream.asked, pl.String))
    pages = source.find(stream, list(dict.fromkeys(keys))) if keys else ()
    return read_page(pl.concat([none, *pages]), stream, reading.horizon)


def _again(
    found: pl.DataFrame, doubtful: pl.DataFrame, dead: pl.DataFrame, stream: Stream
) -> pl.DataFrame:
    """Rows to read once more. A record that came back is not older than the tombstone it undoes,
    though the vendor may have kept its time of modification."""
    key = list(stream.entity.key)
    marked = [f"_key_{name}" for name in key]
    rows = found.hstack(read_keys(found, stream).rename(dict(zip(key, marked, strict=True))))
    rows = rows.join(doubtful, left_on=marked, right_on=key, how="semi", maintain_order="left")
    buried = dead.rename({STAMP: "_buried"})
    rows = rows.join(buried, left_on=marked, right_on=key, how="left", maintain_order="left")
    later = (pl.col("_buried") > pl.col(STAMP)).fill_null(False)
    text = pl.when(later).then(stamp_text(pl.col("_buried"))).otherwise("updated_at")
    return rows.with_columns(text.alias("updated_at")).select(found.columns)


def _refuse_mass(gone: pl.DataFrame, living: pl.DataFrame, live: pl.DataFrame) -> None:
    share = gone.height / max(living.height, 1)
    if gone.height and (live.is_empty() or (gone.height > MASS_RECORDS and share > MASS_SHARE)):
        raise CrmMassDeletionError(
            f"{gone.height:,} of {living.height:,} records are no longer there. Check what the "
            "token may read; if they were deleted, set allow_mass_deletion: true for one night"
        )
