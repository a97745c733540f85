"""Pages of a CRM's fields → rows of an entity's columns, still as text; and the keys in them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl

from ingestion.columns import Column, Kind
from ingestion.crm.systems import Stream
from ingestion.parse import Manner, read_column

# When a key was last changed (naive UTC), beside the key columns.
STAMP = "_stamp"


def canonical(page: pl.DataFrame, stream: Stream) -> pl.DataFrame:
    """Columns `columns_of(stream)`: fields renamed, words translated, constants filled in.

    NUL bytes go, and line ends within a cell become LF: both would be a damaged file to the door.
    """
    filled = {name: _translated(name, stream) for name in stream.fields}
    filled |= {name: pl.lit(value) for name, value in stream.constants.items()}
    filled |= {"updated_at": pl.col(stream.modified), "is_deleted": pl.lit("false")}
    return page.select(_tidy(filled[name]).alias(name) for name in columns_of(stream))


def tombstones(gone: pl.DataFrame, stream: Stream) -> pl.DataFrame:
    """Rows that say of each key in `gone` (with `STAMP`) that it was deleted."""
    filled: dict[str, pl.Expr] = {name: pl.col(name) for name in stream.entity.key}
    filled |= {"updated_at": stamp_text(pl.col(STAMP)), "is_deleted": pl.lit("true")}
    return gone.select(filled.get(name, pl.lit("")).alias(name) for name in columns_of(stream))


def columns_of(stream: Stream) -> list[str]:
    """Canonical columns of a stream's file: the key first, what every row has last."""
    given = [*stream.entity.key, *stream.fields, *stream.constants]
    return [*dict.fromkeys(given), "updated_at", "is_deleted"]


def read_keys(rows: pl.DataFrame, stream: Stream) -> pl.DataFrame:
    """One row a row: key columns as the lake will hold them (text), and `STAMP`; null if bad."""
    key = [_read(rows[name], stream.entity.column(name)) for name in stream.entity.key]
    stamp = _read(rows["updated_at"], Column("updated_at", Kind.TIMESTAMP)).alias(STAMP)
    named = zip(stream.entity.key, key, strict=True)
    return pl.DataFrame([*(each.cast(pl.String).alias(name) for name, each in named), stamp])


def no_keys(stream: Stream) -> pl.DataFrame:
    schema: dict[str, pl.DataType] = dict.fromkeys(stream.entity.key, pl.String())
    return pl.DataFrame(schema=schema | {STAMP: pl.Datetime("us")})


def key_rows(page: pl.DataFrame, stream: Stream, stamp: str | None) -> pl.DataFrame:
    """Keys and `STAMP` of a page that has only the key fields, and perhaps the field `stamp`."""
    named = page.select(
        *(pl.col(stream.fields[name]).alias(name) for name in stream.entity.key),
        (pl.col(stamp) if stamp else pl.lit("")).alias("updated_at"),
    )
    return read_keys(named, stream).drop_nulls(list(stream.entity.key))


def stamp_text(stamp: pl.Expr) -> pl.Expr:
    return stamp.dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ")


class RowFile:
    """A stream's file, written page by page: comma-separated UTF-8, every cell quoted."""

    def __init__(self, path: Path, stream: Stream) -> None:
        self.path, self.stream, self.rows = path, stream, 0
        path.parent.mkdir(parents=True, exist_ok=True)
        self._handle = path.open("wb")

    def write(self, rows: pl.DataFrame) -> None:
        if rows.height:
            rows.write_csv(self._handle, include_header=not self.rows, quote_style="always")
            self.rows += rows.height

    def __enter__(self) -> RowFile:
        return self

    def __exit__(self, *_: object) -> None:
        self._handle.close()


def read_page(
    page: pl.DataFrame, stream: Stream, horizon: datetime
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(rows that were last changed before the horizon, naive UTC: later ones are not yet; their
    keys and `STAMP`, without rows that have no key: the door rejects them)."""
    rows = canonical(page, stream)
    keys = read_keys(rows, stream)
    past = keys.select((pl.col(STAMP) < horizon).fill_null(True)).to_series()
    return rows.filter(past), keys.filter(past).drop_nulls(list(stream.entity.key))


def _translated(name: str, stream: Stream) -> pl.Expr:
    cells = pl.col(stream.fields[name])
    words = stream.words.get(name)
    return cells.replace(dict(words)) if words else cells


def _tidy(cells: pl.Expr) -> pl.Expr:
    return cells.str.replace_all("\0", "", literal=True).str.replace_all("\r\n?", "\n")


def _read(cells: pl.Series, column: Column) -> pl.Series:
    return read_column(cells, column, b"", Manner())["value"]
