"""Every golden case in one lake, a namespace each, night after night: the postings that are due
on a night are committed to the ledger before the next one, as the nightly job does."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import polars as pl
import pytest

from ingestion.entities import ENTITIES, lake_schema

CASES = Path(__file__).parents[2] / "golden" / "commission"
NIGHTS = ("2026-04-30#1", "2026-05-31#1", "2026-06-30#1", "2026-06-30#2", "2026-07-31#1")
BUILDERS = {
    "partners": "a_partner",
    "agreements": "an_agreement",
    "commission_terms": "a_term",
    "commission_tiers": "a_tier",
    "clawback_steps": "a_step",
    "collections": "a_fee",
    "leads": "a_lead",
    "contracts": "a_contract",
    "contract_events": "an_event",
    "evidence": "an_evidence",
    "agreement_clauses": "a_clause",
    "decisions": "a_decision",
}
# A case's file names the columns that it compares; these it must have.
NEEDED = {
    "expected_ledger": {"night", "subject", "term_id", "earn_period", "amount_yen"},
    "expected_decisions": {"night", "event", "term_id", "outcome", "amount_yen"},
}


@dataclass
class Golden:
    """What the nights posted and decided, by case, in the words of the case's own files."""

    last: duckdb.DuckDBPyConnection
    postings: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    decisions: list[dict[str, str]] = field(default_factory=list)

    def posted(self, case: str) -> list[tuple[str, ...]]:
        rows = [row for rows in self.postings.values() for row in rows]
        told = [row | {"night": row["night_id"]} for row in rows]
        return _of_case(case, told, "partner_id", read_header(case, "expected_ledger"))

    def decided(self, case: str) -> list[tuple[str, ...]]:
        """On the nights that the case's file mentions."""
        nights = {row["night"] for row in read_csv(case, "expected_decisions")}
        told = [row for row in self.decisions if row["night"] in nights]
        return _of_case(case, told, "event", read_header(case, "expected_decisions"))


def _scope(case: str) -> str:
    """What every id of a case begins with; no case's is part of another's."""
    return f"#{case}."


def read_csv(case: str, name: str) -> list[dict[str, str]]:
    path = CASES / case / f"{name}.csv"
    return list(csv.DictReader(path.read_text("utf-8").splitlines())) if path.exists() else []


def read_header(case: str, name: str) -> tuple[str, ...]:
    """Columns of an expectation in the order of its file."""
    with (CASES / case / f"{name}.csv").open(encoding="utf-8") as file:
        columns = tuple(next(csv.reader(file)))
    assert set(columns) >= NEEDED[name], f"{case}/{name}.csv lacks {NEEDED[name] - set(columns)}"
    return columns


def _of_case(
    case: str, rows: list[dict[str, Any]], by: str, columns: tuple[str, ...]
) -> list[tuple[str, ...]]:
    scope = _scope(case)
    mine = [row for row in rows if scope in row[by]]
    texts = [tuple("" if row[name] is None else str(row[name]) for name in columns) for row in mine]
    return sorted(tuple(text.replace(scope, "") for text in row) for row in texts)


def _typed(table: str, name: str, text: str) -> Any:
    """A cell as the doors would type it; an empty one is NULL."""
    dtype = lake_schema(ENTITIES[table])[name]
    if text == "" or dtype == pl.String():
        return text or None
    if dtype == pl.Boolean():
        return text == "true"
    cell = pl.Series([text])
    return (cell.str.strptime(dtype) if dtype.is_temporal() else cell.cast(dtype)).item()


def _row(build: SimpleNamespace, case: str, table: str, cells: dict[str, str]) -> Any:
    def scoped(name: str, text: str) -> str:
        is_id = name.endswith("_id") or name in {"uploader", "partner_ref"}
        return _scope(case) + text if is_id and text else text

    given = {name: scoped(name, text) for name, text in cells.items() if name != "night"}
    uploader = given.pop("uploader", "") or None
    values = {name: _typed(table, name, text) for name, text in given.items()}
    return getattr(build, BUILDERS[table])(uploader=uploader, **values)


def _rows_by_night(build: SimpleNamespace) -> dict[str, list[Any]]:
    nights: dict[str, list[Any]] = {night: [] for night in NIGHTS}
    for case in list_cases():
        for table in BUILDERS:
            for cells in read_csv(case, table):
                nights[cells.get("night") or NIGHTS[0]].append(_row(build, case, table, cells))
    return nights


def _flags() -> dict[str, list[dict[str, str | None]]]:
    """Flags by the night that raised them; what a row leaves out follows from rule and subject."""
    flags: dict[str, list[dict[str, str | None]]] = {}
    for case in list_cases():
        for row in read_csv(case, "flags"):
            subject = _scope(case) + row["subject_id"]
            told = {
                "flag_id": f"{_scope(case)}{row['rule_id']}:{row['subject_id']}",
                "rule_id": row["rule_id"],
                "subject_kind": row["subject_kind"],
                "subject_id": subject,
                "partner_id": _scope(case) + row["partner_id"],
                f"{row['subject_kind']}_id": subject,
                "hold_scope": row["subject_kind"],
                "evidence_digest": row["evidence_digest"],
            }
            flags.setdefault(row["night"], []).append(told)
    return flags


def _closes() -> dict[str, list[dict[str, str]]]:
    """Closes by the night after which they were made; of one partner, as cases share a ledger."""
    closes: dict[str, list[dict[str, str]]] = {}
    for case in list_cases():
        for row in read_csv(case, "closes"):
            assert row["partner_id"], f"{case}/closes.csv would close the period of every case"
            told = {"period": row["period"], "partner_id": _scope(case) + row["partner_id"]}
            closes.setdefault(row["night"], []).append(told | {"after_night_id": row["night"]})
    return closes


def list_cases() -> list[str]:
    return sorted(path.name for path in CASES.iterdir() if path.is_dir())


@pytest.fixture(scope="session")
def golden_rows(build: SimpleNamespace) -> dict[str, list[Any]]:
    """Rows of all cases by night."""
    return _rows_by_night(build)


@pytest.fixture(scope="session")
def golden(warehouse: Callable[..., duckdb.DuckDBPyConnection], build: SimpleNamespace) -> Golden:
    rows, postings = _rows_by_night(build), {}
    decisions: list[dict[str, str]] = []
    for place, night in enumerate(NIGHTS):
        known = {name: rows[name] for name in NIGHTS[: place + 1]}
        con = warehouse(
            known,
            night=night,
            postings=postings,
            closes=_closes(),
            flags={name: rows for name, rows in _flags().items() if name in known},
        )
        postings = postings | {night: con.sql("from intermediate.postings_due").pl().to_dicts()}
        told = con.sql("select *, funnel_event_id as event from marts.fct_commission_decisions")
        decisions += [row | {"night": night} for row in told.pl().to_dicts()]
    return Golden(con, postings, decisions)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "case" in metafunc.fixturenames:
        metafunc.parametrize("case", list_cases())


@pytest.fixture(scope="session")
def expected() -> Callable[[str, str], list[tuple[str, ...]]]:
    """Rows of `expected_ledger` or `expected_decisions` of a case, sorted."""

    def read(case: str, name: str) -> list[tuple[str, ...]]:
        return sorted(tuple(row.values()) for row in read_csv(case, name))

    return read


@pytest.fixture(scope="session")
def closed() -> set[tuple[str, str, str]]:
    """(the night after which it was made, partner, period) of every close."""
    return {
        (night, row["partner_id"], row["period"])
        for night, rows in _closes().items()
        for row in rows
    }


@pytest.fixture(scope="session")
def placeholders() -> re.Pattern[str]:
    """What a sentence must not show a partner: an unfilled name."""
    return re.compile(r"[{}]")


@pytest.fixture(scope="session")
def documented_outcomes() -> tuple[set[str], set[str]]:
    """Outcomes in the table of docs/commission.md, and those that have a sentence."""
    root = Path(__file__).parents[3]
    page = (root / "docs" / "commission.md").read_text("utf-8")
    seed = (root / "dbt_project" / "seeds" / "decision_sentences.csv").read_text("utf-8")
    told = set(re.findall(r"^\| `(\w+)` \|", page, re.M))
    return told, {row["outcome"] for row in csv.DictReader(seed.splitlines())}
