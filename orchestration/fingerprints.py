"""Digests of what a night published and of the code that did it: a rebuild is held against them."""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb

from orchestration import settings

_ROOMS = ("dbt_project", "expectations", "ingestion", "orchestration")
_SOURCES = frozenset((".py", ".sql", ".yml", ".csv"))


def mart_digests(published: Path) -> dict[str, str]:
    """Mart → digest of its rows in `published/parquet`, whatever their order in the file."""
    with duckdb.connect() as connection:
        return {
            path.stem: _digest(connection, path)
            for path in sorted((published / "parquet").glob("*.parquet"))
        }


def code_digest() -> str:
    """Digest of every source file that figures depend on."""
    digest = hashlib.sha256()
    for path in sorted(_sources(settings.PROJECT)):
        digest.update(f"{path.relative_to(settings.PROJECT)}\n".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _digest(connection: duckdb.DuckDBPyConnection, path: Path) -> str:
    """Rows and the sum of their hashes: no order, no sorting, and a row twice counts twice."""
    # the path is under TEIKEI_HOME, which holds no quotes
    rows = connection.sql(
        "select count(*), coalesce(sum(cast(md5_number_lower(cast(t as varchar)) as hugeint)), 0), "
        "coalesce(sum(cast(md5_number_upper(cast(t as varchar)) as hugeint)), 0) "
        f"from read_parquet('{path}') as t"
    ).fetchall()
    return hashlib.sha256(repr(rows[0]).encode()).hexdigest()


def _sources(project: Path) -> list[Path]:
    return [
        path
        for room in _ROOMS
        for path in (project / room).rglob("*")
        if path.suffix in _SOURCES and "target" not in path.parts
    ]
