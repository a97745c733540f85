"""Warehouse → published files, swapped by one rename.

`published/versions/<n>/` holds a whole publication; `published/current` points to the newest and
the names people use point through it, so that a reader sees one publication or the other:

    published/parquet/<mart>.parquet
    published/partner_performance.duckdb    schema marts, table _build
    published/restricted/reviewers.duckdb   personal data, mode 0640
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl

from ingestion.entities import ENTITIES
from ingestion.lake import Night, fsync_directory
from orchestration.settings import Settings

# Files written by DuckDB 2 in its own format cannot be opened by 1.x clients.
STORAGE_VERSION = "v1.2.0"
STABLE_NAMES = ("parquet", "partner_performance.duckdb", "restricted")
# A reader that opened an older publication keeps it; disk is the only reason to forget one.
KEPT_VERSIONS = 3


def publish(settings: Settings, night: Night, rule_words: pl.DataFrame) -> dict[str, int]:
    """Write and swap in a publication of every mart; returns rows per mart.

    `rule_words` (rule_id, titles, clauses, remedies) goes to the reviewers with the flags.
    """
    versions = settings.published / "versions"
    staged = versions / f".staged-{uuid.uuid4().hex}"
    for folder in ("parquet", "restricted"):
        (staged / folder).mkdir(parents=True)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{settings.warehouse}' as warehouse (read_only)")
        marts = table_names(connection, "marts")
        connection.execute(_attach(staged / "partner_performance.duckdb"))
        counts = _copy(connection, "marts", marts)
        _write_build(connection, night, counts)
        _write_parquet(connection, staged / "parquet", marts)
        connection.execute("detach target")
        connection.execute(_attach(staged / "restricted" / "reviewers.duckdb"))
        _copy(connection, "restricted", table_names(connection, "restricted"))
        _copy(connection, "marts", ["flags"])
        connection.register("rule_words", rule_words.to_arrow())
        connection.execute("create table target.restricted.rules as from rule_words")
    _set_modes(staged)
    version = versions / f"{night.business_day}.{night.place}-{uuid.uuid4().hex[:8]}"
    staged.rename(version)
    _swap(settings.published, version)
    _forget_old(versions, keep=version)
    return counts


def personal_columns(warehouse: Path) -> list[str]:
    """`mart.column` of every personal column that reached a published mart; must be empty."""
    personal = {
        name
        for entity in ENTITIES.values()
        for column in entity.columns
        for name in column.personal_names
    }
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        columns = connection.sql(
            "select table_name, column_name from duckdb_columns() where schema_name = 'marts'"
        ).fetchall()
    return sorted(f"{table}.{column}" for table, column in columns if column in personal)


def table_names(connection: duckdb.DuckDBPyConnection, schema: str) -> list[str]:
    """Tables and views of a schema of the attached warehouse, by name."""
    rows = connection.sql(
        "select table_name from information_schema.tables "
        f"where table_catalog = 'warehouse' and table_schema = '{schema}' order by table_name"
    ).fetchall()
    return [name for (name,) in rows]


def _attach(path: Path) -> str:
    return f"attach '{path}' as target (storage_version '{STORAGE_VERSION}')"


def _copy(
    connection: duckdb.DuckDBPyConnection, schema: str, tables: Iterable[str]
) -> dict[str, int]:
    """Copy tables in full row order: the same rows give the same file, whatever built them."""
    connection.execute(f"create schema if not exists target.{schema}")
    counts = {}
    for table in tables:
        connection.execute(
            f"create table target.{schema}.{table} as "
            f"select * from warehouse.{schema}.{table} order by all"
        )
        ((counts[table],),) = connection.sql(
            f"select count(*) from target.{schema}.{table}"
        ).fetchall()
    return counts


def _write_build(
    connection: duckdb.DuckDBPyConnection, night: Night, counts: dict[str, int]
) -> None:
    """`_build`: one row a mart and the night it shows. Wall-clock time is information only."""
    connection.execute(
        "create table target.marts._build (night_id varchar, business_day date, "
        "published_at timestamp, mart varchar, row_count bigint)"
    )
    published_at = datetime.now(UTC).replace(tzinfo=None)
    connection.executemany(
        "insert into target.marts._build values (?, ?, ?, ?, ?)",
        [[night.id, night.business_day, published_at, mart, n] for mart, n in counts.items()],
    )


def _write_parquet(
    connection: duckdb.DuckDBPyConnection, folder: Path, tables: Iterable[str]
) -> None:
    for table in tables:
        target = folder / f"{table}.parquet"
        connection.execute(
            f"copy target.marts.{table} to '{target}' (format parquet, compression zstd)"
        )


def _set_modes(staged: Path) -> None:
    """Everybody on the machine may read the marts; only the group the reviewers' file."""
    for path in (staged.parent.parent, staged.parent, staged, *staged.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    (staged / "restricted").chmod(0o750)
    (staged / "restricted" / "reviewers.duckdb").chmod(0o640)


def _swap(published: Path, version: Path) -> None:
    """Point `current` at the version; the stable names go through it and are made once."""
    for name in STABLE_NAMES:
        link = published / name
        if not link.is_symlink():
            link.symlink_to(Path("current") / name)
    staged = published / f".current-{uuid.uuid4().hex}"
    staged.symlink_to(version.relative_to(published))
    os.replace(staged, published / "current")
    fsync_directory(published)


def _forget_old(versions: Path, *, keep: Path) -> None:
    by_age = sorted(versions.iterdir(), key=lambda path: path.stat().st_mtime)
    for path in by_age[:-KEPT_VERSIONS]:
        if path != keep:
            shutil.rmtree(path)
