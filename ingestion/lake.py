"""Immutable Parquet batches: stage → fsync → rename, and the nights that commit them.

An area of the lake (`raw`, `ledger`, `flags`) holds one directory a night, `batch=<night id>/`,
with one Parquet file a table and a `manifest.json`. A batch exists whole or not at all; nothing
in it is ever edited. Batch 0 is empty but typed, so that a glob over an area always finds a file.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Literal

import polars as pl
from polars.io.plugins import register_io_source

# Asia/Tokyo has had no daylight saving time since 1951, so the offset is a constant.
TOKYO_OFFSET = timedelta(hours=9)
EMPTY_BATCH_ID = "0001-01-01#0"
_COMPRESSION: Literal["zstd"] = "zstd"
# Rows of a group in a streamed file: what is held in memory until a group is full.
_STREAM_ROWS = 65_536


@dataclass(frozen=True)
class Night:
    """One night of work for a business day: the n-th of that day (`place`), id `D#n`."""

    business_day: date
    place: int

    @property
    def id(self) -> str:
        return f"{self.business_day.isoformat()}#{self.place}"

    @property
    def known_at(self) -> datetime:
        """Knowledge time (naive UTC): midnight of the business day in Tokyo, plus the place in µs.

        One value that orders all batches and whose Tokyo date is the business day (DOMAIN §4).
        """
        midnight = datetime.combine(self.business_day, time()) - TOKYO_OFFSET
        return midnight + timedelta(microseconds=self.place)

    @property
    def horizon(self) -> datetime:
        """The end of the day after the business day (naive UTC): what comes later is not yet."""
        return datetime.combine(self.business_day + timedelta(days=2), time()) - TOKYO_OFFSET

    @classmethod
    def parse(cls, night_id: str) -> Night:
        day, _, place = night_id.partition("#")
        return cls(date.fromisoformat(day), int(place))


class BatchExistsError(RuntimeError):
    """A batch is immutable: the night tried to commit a second one."""


def batch_path(area: Path, night_id: str) -> Path:
    return area / f"batch={night_id}"


def batch_ids(area: Path) -> list[str]:
    """Committed batch ids of an area in knowledge order, without the empty batch 0."""
    names = (path.name.removeprefix("batch=") for path in area.glob("batch=*"))
    return sorted((name for name in names if name != EMPTY_BATCH_ID), key=_order)


def read_manifest(area: Path, night_id: str) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(
        (batch_path(area, night_id) / "manifest.json").read_text()
    )
    return manifest


def commit_batch(
    area: Path,
    night_id: str,
    tables: Mapping[str, pl.DataFrame],
    facts: Mapping[str, Any],
    spools: Mapping[str, Sequence[Path]] | None = None,
) -> Path:
    """Write the tables and a manifest beside the area, then make them visible by one rename.

    `facts` go into the manifest beside the row count and sha256 of every table. `spools`: Parquet
    files of `write_stream` whose rows stand before those of a table.
    Raises `BatchExistsError` when the night already has a batch in this area.
    """
    target = batch_path(area, night_id)
    if target.exists():
        raise BatchExistsError(f"{area.name} already holds the batch of night {night_id}")
    staged = area.parent / "staged" / f"{area.name}-{uuid.uuid4().hex}"
    staged.mkdir(parents=True)
    written = {}
    for name, table in tables.items():
        path = staged / f"{name}.parquet"
        _write_spooled(path, list((spools or {}).get(name, ())), table)
        written[name] = _seal(path)
    manifest = {"night_id": night_id, "tables": written, **facts}
    _write_durably(
        staged / "manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1).encode()
    )
    area.mkdir(parents=True, exist_ok=True)
    fsync_directory(staged)
    staged.rename(target)
    fsync_directory(area)
    return target


def create_empty_batch(area: Path, schemas: Mapping[str, Mapping[str, pl.DataType]]) -> None:
    """Batch 0 types every table; it grows when the code declares a new one, and is never dated."""
    target = batch_path(area, EMPTY_BATCH_ID)
    target.mkdir(parents=True, exist_ok=True)
    for name, schema in schemas.items():
        path = target / f"{name}.parquet"
        if not path.exists() or pl.read_parquet_schema(path) != pl.Schema(schema):
            write_atomically(path, pl.DataFrame(schema=dict(schema)))


def verify_batch(area: Path, night_id: str) -> list[str]:
    """Names of the tables whose bytes are not the ones the manifest was committed with."""
    root = batch_path(area, night_id)
    tables = read_manifest(area, night_id)["tables"]
    return [
        name
        for name, facts in tables.items()
        if _sha256(root / f"{name}.parquet") != facts["sha256"]
    ]


def scan_table(area: Path, table: str) -> pl.LazyFrame:
    """All rows of one table over every batch of an area."""
    paths = sorted(area.glob(f"batch=*/{table}.parquet"))
    return pl.scan_parquet(paths, missing_columns="insert", extra_columns="ignore")


def discard_staged(lake: Path) -> int:
    """Remove what a killed night had staged but not committed; returns how many directories."""
    leftovers = list((lake / "staged").glob("*"))
    for leftover in leftovers:
        shutil.rmtree(leftover)
    return len(leftovers)


def write_stream(
    path: Path, schema: Mapping[str, pl.DataType], frames: Iterator[pl.DataFrame]
) -> None:
    """Write frames one after the other into one Parquet file, holding only a few at a time.

    What `frames` raises comes out as it is.
    """

    def source(*_: object) -> Iterator[pl.DataFrame]:
        return frames

    register_io_source(source, schema=dict(schema)).sink_parquet(
        path,
        compression=_COMPRESSION,
        compression_level=1,
        # bulk rows come in no order that a smallest and largest value would tell anything of
        statistics=False,
        row_group_size=_STREAM_ROWS,
    )


def write_atomically(path: Path, table: pl.DataFrame) -> None:
    """Replace one Parquet file so that a reader sees the old or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    staged = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    _write_table(staged, table)
    _seal(staged)
    staged.replace(path)
    fsync_directory(path.parent)


def fsync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _order(night_id: str) -> tuple[date, int]:
    night = Night.parse(night_id)
    return night.business_day, night.place


def _write_table(path: Path, table: pl.DataFrame) -> None:
    table.write_parquet(path, compression=_COMPRESSION, compression_level=1, statistics=True)


def _write_spooled(path: Path, spools: list[Path], table: pl.DataFrame) -> None:
    """A table after the rows that were written before it; a spool that is all is not copied."""
    if not spools:
        _write_table(path, table)
    elif len(spools) == 1 and table.is_empty():
        os.replace(spools[0], path)
    else:
        pl.concat([pl.scan_parquet(spools), table.lazy()]).sink_parquet(
            path, compression=_COMPRESSION, compression_level=1, statistics=True
        )


def _seal(path: Path) -> dict[str, Any]:
    with path.open("rb+") as handle:
        os.fsync(handle.fileno())
    rows = pl.scan_parquet(path).select(pl.len()).collect().item()
    return {"rows": int(rows), "sha256": _sha256(path)}


def _write_durably(path: Path, content: bytes) -> None:
    with path.open("wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
