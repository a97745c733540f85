"""Dagster's SQLite files: held open while a night writes them, let go and whole afterwards."""

import sqlite3
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from orchestration.history import history_held_open


def _write(path: Path, statement: str) -> None:
    """As Dagster does: an engine and a connection for one statement."""
    engine = sa.create_engine(f"sqlite:///{path}", poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text(statement))


def test_journal_stays_open_between_writes_and_is_folded_in_at_the_end(tmp_path: Path) -> None:
    path, journal = tmp_path / "index.db", tmp_path / "index.db-wal"
    with sqlite3.connect(path) as connection:
        connection.execute("pragma journal_mode = wal")
    connection.close()
    with history_held_open():
        _write(path, "create table events (n)")
        _write(path, "insert into events values (1)")
        assert journal.exists()
    assert not journal.exists()
    _write(path, "insert into events values (2)")
    with sqlite3.connect(path) as connection:
        assert connection.execute("select count(*) from events").fetchall() == [(2,)]
    connection.close()
