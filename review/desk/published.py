"""The published reviewers' file, opened read-only for one request: flags as plain records.

The file is swapped by rename after every night, so it is opened anew each time and never kept.
A column that an older publication does not have reads as empty.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from review.desk.words import SEVERITY_RANKS

PAGE = 50
REVIEWERS = "reviewers"
# How the marts without personal data are called beside the reviewers' own tables.
FIGURES = "figures"
_COLUMNS = {
    "flag_id": "varchar",
    "rule_id": "varchar",
    "subject_kind": "varchar",
    "subject_id": "varchar",
    "partner_id": "varchar",
    "lead_id": "varchar",
    "contract_id": "varchar",
    "observed_value": "varchar",
    "bound": "varchar",
    "case_count": "bigint",
    "expected_rate": "double",
    "peer_count": "bigint",
    "due_on": "date",
    "posted_yen": "bigint",
    "severity": "varchar",
    "hold_scope": "varchar",
    "yen_at_risk": "bigint",
    "first_seen_on": "date",
    "last_seen_on": "date",
    "is_current": "boolean",
    "evidence_rows": "varchar",
    "evidence_digest": "varchar",
    "status": "varchar",
    "status_reason": "varchar",
    "is_holding": "boolean",
    "decision_id": "varchar",
    "verdict": "varchar",
    "money_action": "varchar",
    "decided_at": "timestamp",
}
_RULE_COLUMNS = ("title_ja", "remedy_ja", "clause_ja")


@dataclass(frozen=True)
class Filters:
    """What the queue shows. `status`: open (確認中), decided or all; the others empty = any."""

    status: str = "open"
    rule_id: str = ""
    partner_id: str = ""


@dataclass(frozen=True)
class Cursor:
    """Place in the queue after which the next page starts."""

    rank: int
    yen: int
    flag_id: str

    @classmethod
    def parse(cls, text: str) -> Cursor | None:
        rank, _, rest = text.partition("~")
        yen, _, flag_id = rest.partition("~")
        if not (rank.isdecimal() and yen.lstrip("-").isdecimal() and flag_id):
            return None
        return cls(int(rank), int(yen), flag_id)

    def __str__(self) -> str:
        return f"{self.rank}~{self.yen}~{self.flag_id}"


@contextmanager
def published(home: Path) -> Iterator[duckdb.DuckDBPyConnection | None]:
    """A read-only connection to the reviewers' file, or None when nothing is published yet.

    The marts without personal data of the same publication are attached as `FIGURES`.
    """
    path = (home / "published" / "restricted" / "reviewers.duckdb").resolve()
    if not path.exists():
        yield None
        return
    figures = path.parent.parent / "partner_performance.duckdb"
    # A database of its own: DuckDB gives two connections to one file one list of attached files,
    # and two requests at a time would attach the second one twice.
    with duckdb.connect(":memory:") as connection:
        _attach(connection, path, REVIEWERS)
        connection.execute(f"use {REVIEWERS}")
        if figures.exists():
            _attach(connection, figures, FIGURES)
        yield connection if columns_of(connection, "marts", "flags") else None


def _attach(connection: duckdb.DuckDBPyConnection, path: Path, name: str) -> None:
    quoted = str(path).replace("'", "''")
    connection.execute(f"attach '{quoted}' as {name} (read_only)")


def list_flags(
    connection: duckdb.DuckDBPyConnection,
    filters: Filters,
    decided: Sequence[str],
    after: Cursor | None,
) -> tuple[list[dict[str, Any]], Cursor | None]:
    """One page of flags in the order of the night's queue, and the next page's cursor.

    A publication without a queue: most severe first, then most yen at risk.

    `decided` holds `flag_id@evidence_digest` of what the desk closed since the publication.
    """
    conditions, values = _conditions(filters, decided)
    if after:
        conditions.append("(rank, -yen_at_risk, flag_id) > (?, ?, ?)")
        values += [after.rank, -after.yen, after.flag_id]
    rows = records_of(
        connection,
        f"{_flags_sql(connection)} select * from flags where {' and '.join(conditions)} "
        f"order by rank, yen_at_risk desc, flag_id limit {PAGE + 1}",
        values,
    )
    if len(rows) <= PAGE:
        return rows, None
    last = rows[PAGE - 1]
    return rows[:PAGE], Cursor(last["rank"], last["yen_at_risk"], last["flag_id"])


def find_flag(connection: duckdb.DuckDBPyConnection, flag_id: str) -> dict[str, Any] | None:
    sql = f"{_flags_sql(connection)} select * from flags where flag_id = ?"
    found = records_of(connection, sql, [flag_id])
    return found[0] if found else None


def partner_names(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """partner_id → name, for those the publication knows."""
    if not columns_of(connection, "restricted", "partner_contacts"):
        return {}
    sql = "select partner_id, contact_name from restricted.partner_contacts"
    rows = connection.execute(f"{sql} where contact_kind = 'partner'").fetchall()
    return {partner_id: name for partner_id, name in rows if name}


def business_day(connection: duckdb.DuckDBPyConnection) -> date | None:
    """The day that the publication shows, or None when it does not tell."""
    if not columns_of(connection, "marts", "_build", FIGURES):
        return None
    days = connection.execute(f"select max(business_day) from {FIGURES}.marts._build").fetchall()
    return days[0][0]  # type: ignore[no-any-return]


def list_choices(connection: duckdb.DuckDBPyConnection) -> dict[str, list[dict[str, Any]]]:
    """Rules and partners that have flags, with how many, for the filters."""
    flags = _flags_sql(connection)
    rules = f"{flags} select rule_id, any_value(title_ja) as title_ja, count(*) as flag_count"
    partners = f"{flags} select partner_id, count(*) as flag_count from flags"
    return {
        "rules": records_of(connection, f"{rules} from flags group by 1 order by 1", []),
        "partners": records_of(
            connection, f"{partners} where partner_id is not null group by 1 order by 1", []
        ),
    }


def _conditions(filters: Filters, decided: Sequence[str]) -> tuple[list[str], list[Any]]:
    closed = "(status = 'closed' or seen_key in (select unnest(?::varchar[])))"
    conditions, values = ["true"], []
    if filters.status != "all":
        conditions.append(closed if filters.status == "decided" else f"not {closed}")
        values.append(list(decided))
    for name in ("rule_id", "partner_id"):
        wanted = getattr(filters, name)
        if wanted:
            conditions.append(f"{name} = ?")
            values.append(wanted)
    return conditions, values


def _flags_sql(connection: duckdb.DuckDBPyConnection) -> str:
    """`with flags as (…)`: every expected column of marts.flags, with its rule's words."""
    there = columns_of(connection, "marts", "flags")
    columns = [
        f"f.{name}::{type_} as {name}" if name in there else f"null::{type_} as {name}"
        for name, type_ in _COLUMNS.items()
        if name != "yen_at_risk"
    ]
    yen = "coalesce(f.yen_at_risk, 0)::bigint" if "yen_at_risk" in there else "0::bigint"
    ranks = " ".join(f"when '{name}' then {rank}" for name, rank in SEVERITY_RANKS.items())
    rank = f"case f.severity {ranks} else {len(SEVERITY_RANKS)} end"
    if "queue_place" in there:
        rank = "f.queue_place"
    known = columns_of(connection, "restricted", "rules")
    words = [f"r.{name}" if name in known else f"null as {name}" for name in _RULE_COLUMNS]
    join = "left join restricted.rules as r on r.rule_id = f.rule_id" if known else ""
    return (
        f"with flags as (select {', '.join((*columns, *words))}, {yen} as yen_at_risk, "
        f"{rank} as rank, "
        f"f.flag_id || '@' || coalesce(f.evidence_digest, '') as seen_key "
        f"from marts.flags as f {join})"
    )


def columns_of(
    connection: duckdb.DuckDBPyConnection, schema: str, table: str, catalog: str = ""
) -> set[str]:
    """Column names of a published table; empty when this publication does not have it.

    `catalog`: `FIGURES`, or empty for the reviewers' own tables.
    """
    rows = connection.execute(
        "select column_name from duckdb_columns() where schema_name = ? and table_name = ? "
        "and database_name = coalesce(nullif(?, ''), current_database())",
        [schema, table, catalog],
    ).fetchall()
    return {name for (name,) in rows}


def records_of(
    connection: duckdb.DuckDBPyConnection, sql: str, values: list[Any] | dict[str, Any]
) -> list[dict[str, Any]]:
    cursor = connection.execute(sql, values)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
