"""A desk on a home of its own: real SQLite log, real published DuckDB file."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.core.management import call_command
from django.db import connections
from django.test import Client, override_settings
from django.test.utils import setup_test_environment

from review.serve import configure

# Django's models cannot even be imported before it is set up, which it is once a process; every
# test then gets a home and a decision log of its own (`home`).
_HOME = tempfile.TemporaryDirectory(prefix="desk-")
configure(Path(_HOME.name))
connections.close_all()
setup_test_environment()


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A fresh TEIKEI_HOME with an empty decision log; Django itself is set up once a process."""
    (tmp_path / "review").mkdir()
    connection = connections["default"]
    before = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = tmp_path / "review" / "decisions.sqlite3"
    with override_settings(TEIKEI_HOME=tmp_path):
        call_command("migrate", verbosity=0)
        yield tmp_path
    connections.close_all()
    connection.settings_dict["NAME"] = before


@pytest.fixture
def desk(home: Path) -> Client:
    return Client(enforce_csrf_checks=False, SERVER_NAME="localhost")


@pytest.fixture
def personal(home: Path) -> Callable[[str], None]:
    """personal(sql): more tables of the reviewers' file, made after `publish`."""
    return lambda sql: _execute(home / "published" / "restricted" / "reviewers.duckdb", sql)


@pytest.fixture
def figures(home: Path) -> Callable[[str], None]:
    """figures(sql): tables of the marts without personal data of the same publication."""
    path = home / "published" / "partner_performance.duckdb"
    return lambda sql: _execute(path, f"create schema if not exists marts; {sql}")


def _execute(path: Path, sql: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute(sql)


@pytest.fixture
def publish(home: Path) -> Callable[..., None]:
    """publish(flag, …): write the reviewers' file with flags given as partial records."""

    def write(*flags: dict[str, Any]) -> None:
        path = home / "published" / "restricted" / "reviewers.duckdb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        with duckdb.connect(str(path)) as connection:
            connection.execute("create schema marts; create schema restricted")
            connection.execute(
                "create table marts.flags (flag_id varchar, rule_id varchar, subject_kind varchar,"
                " subject_id varchar, partner_id varchar, lead_id varchar, contract_id varchar,"
                " observed_value varchar, bound varchar, severity varchar, hold_scope varchar,"
                " yen_at_risk bigint, posted_yen bigint, first_seen_on date, last_seen_on date,"
                " evidence_rows varchar, evidence_digest varchar, status varchar,"
                " case_count bigint, expected_rate double, peer_count bigint, due_on date,"
                " is_current boolean, is_holding boolean)"
            )
            connection.execute(
                "create table restricted.rules as select 'self_dealing' as rule_id,"
                " '顧客と代理店の同一性' as title_ja, '一致した項目を確認' as remedy_ja,"
                " '自己契約の禁止' as clause_ja"
            )
            if flags:
                rows = [list((_FLAG | flag).values()) for flag in flags]
                connection.executemany(
                    f"insert into marts.flags values ({', '.join('?' * len(_FLAG))})", rows
                )

    return write


_FLAG: dict[str, Any] = {
    "flag_id": "self_dealing:C-1",
    "rule_id": "self_dealing",
    "subject_kind": "contract",
    "subject_id": "C-1",
    "partner_id": "P-1",
    "lead_id": "L-1",
    "contract_id": "C-1",
    "observed_value": "true",
    "bound": "in {false}",
    "severity": "critical",
    "hold_scope": "contract",
    "yen_at_risk": 50_000,
    "posted_yen": 50_000,
    "first_seen_on": "2026-10-01",
    "last_seen_on": "2026-10-31",
    "evidence_rows": f"{'a' * 64}:12;{'b' * 64}:3",
    "evidence_digest": "d1",
    "status": "open",
    "case_count": None,
    "expected_rate": None,
    "peer_count": None,
    "due_on": "2026-11-30",
    "is_current": True,
    "is_holding": True,
}
