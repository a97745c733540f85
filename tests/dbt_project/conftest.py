"""A real lake with a few literal rows, built by dbt into a real DuckDB file.

dbt builds the empty lake once a session; `warehouse(…)` replays its SQL on the lake of the test.
Fixtures instead of imports: `build.a_lead("L-1", partner_id="P-1", customer="X")` makes a row,
`warehouse({"2026-10-31#1": [rows]})` commits the nights and returns a read-only connection.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import polars as pl
import pytest

from expectations.flags import FLAG_TABLES
from ingestion import lake
from ingestion.closes import CLOSE_SCHEMA
from ingestion.identity.parties import PARTY_SCHEMA
from ingestion.ledger import POSTING_SCHEMA
from ingestion.receipts import lake_tables
from ingestion.statements import STATEMENT_TABLES
from orchestration import settings
from orchestration.settings import Settings
from tests.dbt_project.building import Dbt, Recipe, write_recipe

RAW = lake_tables()
CUSTOMERS = dict.fromkeys(("entity", "scope_id", "record_id", "customer_id"), pl.String())
LEDGER = {"postings": POSTING_SCHEMA}
CLOSES = {"closes": CLOSE_SCHEMA} | STATEMENT_TABLES


@dataclass(frozen=True)
class Row:
    """One literal row of a lake table; `uploader` None is the CRM's door."""

    table: str
    values: Mapping[str, Any]
    uploader: str | None = None
    customer: str | None = None
    origin: Mapping[str, Any] = field(default_factory=dict)


def _builder(table: str, *positional: str, **defaults: Any) -> Callable[..., Row]:
    def a_row(
        *args: Any, uploader: str | None = None, customer: str | None = None, **values: Any
    ) -> Row:
        """`_file_name`, `_row_number` and other origin columns may be given by name."""
        given = defaults | dict(zip(positional, args, strict=False)) | values
        origin = {name: value for name, value in given.items() if name.startswith("_")}
        plain = {name: value for name, value in given.items() if not name.startswith("_")}
        unknown = plain.keys() - RAW[table].keys()
        assert not unknown, f"{table} has no {sorted(unknown)}"
        return Row(table, plain, uploader, customer, origin)

    return a_row


# name → table, positional columns, defaults of the columns a row needs to make sense.
BUILDERS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "a_partner": (
        "partners",
        "partner_id",
        {"partner_name": "提携商事", "partner_kind": "sales_agency"},
    ),
    "a_rep": ("partner_reps", "rep_id partner_id", {"rep_name": "山田太郎"}),
    "a_product": ("products", "product_id", {"product_name": "会計クラウド"}),
    "an_agreement": (
        "agreements",
        "agreement_id partner_id",
        {"version": 1, "effective_from": date(2025, 4, 1), "closing_day": 31},
    ),
    "a_term": (
        "commission_terms",
        "term_id agreement_id",
        {"agreement_version": 1, "stage": "contract", "basis": "fixed", "fixed_yen": 10_000}
        | {"proposed_by": "maker", "approved_by": "checker", "approved_on": date(2025, 4, 1)},
    ),
    "a_tier": ("commission_tiers", "term_id from_value", {}),
    "a_step": ("clawback_steps", "term_id from_month", {}),
    "a_payout": ("payouts", "payout_id partner_id paid_on amount_yen", {}),
    "a_fee": ("collections", "collection_id contract_id", {"amount_yen": 10_000}),
    "a_complaint": (
        "complaints",
        "complaint_id partner_id contract_id",
        {"kind": "不実告知", "received_on": date(2026, 6, 1), "verified": True},
    ),
    "a_lead": (
        "leads",
        "lead_id",
        {"registered_at": datetime(2026, 4, 1, 3), "channel": "partner", "product_id": "PR-1"}
        | {"lead_status": "accepted"},
    ),
    "a_contract": (
        "contracts",
        "contract_id",
        {"channel": "partner", "product_id": "PR-1", "contract_status": "active"},
    ),
    "an_event": (
        "contract_events",
        "event_id contract_id",
        {"stage": "onboarding", "occurred_on": date(2026, 6, 1)},
    ),
    "an_evidence": (
        "evidence",
        "evidence_id contract_id",
        {"evidence_kind": "consent_form", "received_at": datetime(2026, 5, 1, 3)},
    ),
    "a_decision": (
        "decisions",
        "decision_id flag_id",
        {"verdict": "confirmed", "decided_by": "A", "decided_at": datetime(2026, 6, 1, 3)},
    ),
    "a_clause": (
        "agreement_clauses",
        "agreement_id clause",
        {"version": 1, "prohibited_act": "自己契約", "consequence": "penalty"},
    ),
    "a_sharing_term": (
        "sharing_terms",
        "partner_id entity field",
        {"cadence": "monthly", "agreed_from": date(2026, 4, 1)},
    ),
    "a_training": ("trainings", "training_id rep_id", {"course": "prohibited_acts"}),
    "a_rejected_row": ("rejected_rows", "entity column_name value", {}),
    "a_file": ("files", "entity status", {}),
}


@pytest.fixture(scope="session")
def build() -> SimpleNamespace:
    """Builders of rows: required columns have defaults, all others are NULL unless given."""
    return SimpleNamespace(
        row=Row,
        **{
            name: _builder(table, *positional.split(), **defaults)
            for name, (table, positional, defaults) in BUILDERS.items()
        },
    )


def _complete(row: Row, night: lake.Night, place: int) -> dict[str, Any]:
    """Provenance as the doors give it; a hash of a value is the value behind `h:`."""
    values = dict(row.values)
    for name in RAW[row.table]:
        plain = name.removesuffix("_hash")
        if name.endswith("_hash") and values.get(plain) is not None:
            values.setdefault(name, f"h:{values[plain]}")
    origin: dict[str, Any] = {
        "_batch_id": night.id,
        "_known_at": night.known_at,
        "_source": f"partners/{row.uploader}" if row.uploader else "crm/salesforce",
        "_uploader_id": row.uploader,
        "_file_name": f"{row.table}__{night.id}.csv",
        "_file_sha256": f"sha-{row.table}-{night.id}",
        "_row_number": place,
    }
    return values | origin | dict(row.origin)


def _tables(rows: Sequence[Row], night: lake.Night) -> dict[str, pl.DataFrame]:
    complete = [(row.table, _complete(row, night, place)) for place, row in enumerate(rows, 2)]
    return {
        table: pl.DataFrame(
            [values for name, values in complete if name == table], schema=RAW[table]
        )
        for table in dict.fromkeys(name for name, _ in complete)
    }


def _customers(rows: Sequence[Row]) -> pl.DataFrame:
    keys = {"leads": "lead_id", "contracts": "contract_id"}
    found = [
        (row.table, row.uploader or "crm", row.values[keys[row.table]], row.customer)
        for row in rows
        if row.customer is not None
    ]
    frame = pl.DataFrame(found, schema=CUSTOMERS, orient="row")
    return frame.unique(["entity", "scope_id", "record_id"], keep="last")


@pytest.fixture(scope="session")
def dbt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dbt]:
    place = Settings(tmp_path_factory.mktemp("home"))
    (place.home / "warehouse").mkdir()
    with pytest.MonkeyPatch.context() as environment:
        for name, value in settings.environment(place).items():
            environment.setenv(name, value)
        yield Dbt(place, Dbt(place, None).run("parse"))


@pytest.fixture(scope="session")
def fill_lake(dbt: Dbt) -> Callable[..., lake.Night]:
    """Replace the home's lake by these nights; returns the night to run (the latest by default)."""

    def fill(
        rows_by_night: Mapping[str, Sequence[Row]],
        night: str | None = None,
        postings: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
        flags: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
        closes: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
        frozen: Mapping[str, Mapping[str, pl.DataFrame]] | None = None,
        parties: Sequence[Mapping[str, Any]] = (),
    ) -> lake.Night:
        root = dbt.home / "lake"
        shutil.rmtree(root, ignore_errors=True)
        for area, schemas in (
            ("raw", RAW),
            ("ledger", LEDGER),
            ("flags", FLAG_TABLES),
            ("closes", CLOSES),
        ):
            lake.create_empty_batch(root / area, schemas)
        for night_id, rows in rows_by_night.items():
            tables = _tables(rows, lake.Night.parse(night_id))
            lake.commit_batch(root / "raw", night_id, tables, {})
        everything = [row for rows in rows_by_night.values() for row in rows]
        lake.write_atomically(root / "identity" / "customers.parquet", _customers(everything))
        matches = pl.DataFrame(list(parties), schema=PARTY_SCHEMA)
        lake.write_atomically(root / "identity" / "party_matches.parquet", matches)
        _commit_posted(root / "ledger", "postings", LEDGER, postings or {})
        _commit_posted(root / "flags", "flags", FLAG_TABLES, flags or {})
        _commit_posted(root / "closes", "closes", CLOSES, closes or {})
        for close_id, tables in (frozen or {}).items():
            lake.commit_batch(root / "closes", close_id, tables, {})
        return lake.Night.parse(night or max(rows_by_night, key=_order, default="2026-10-31#1"))

    return fill


def _order(night_id: str) -> datetime:
    return lake.Night.parse(night_id).known_at


def _commit_posted(
    area: Path,
    table: str,
    schemas: Mapping[str, Any],
    batches: Mapping[str, Sequence[Mapping[str, Any]]],
) -> None:
    for night_id, rows in batches.items():
        known = {"night_id": night_id, "known_at": lake.Night.parse(night_id).known_at}
        frame = pl.DataFrame([known | dict(row) for row in rows], schema=schemas[table])
        lake.commit_batch(area, night_id, {table: frame}, {})


def _tell_the_night(dbt: Dbt, night: lake.Night) -> None:
    facts = {"business_day": night.business_day, "known_at": night.known_at}
    frame = pl.DataFrame([{"night_id": night.id} | facts])
    lake.write_atomically(dbt.place.night_file, frame)


@pytest.fixture(scope="session")
def recipe(
    dbt: Dbt, fill_lake: Callable[..., lake.Night], tmp_path_factory: pytest.TempPathFactory
) -> Recipe:
    """What dbt does with the empty lake."""
    _tell_the_night(dbt, fill_lake({}))
    return write_recipe(dbt, tmp_path_factory.mktemp("recipe") / "teikei.duckdb")


@pytest.fixture(scope="session")
def warehouse(
    dbt: Dbt,
    recipe: Recipe,
    fill_lake: Callable[..., lake.Night],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[..., duckdb.DuckDBPyConnection]]:
    """`warehouse(rows_by_night, night=None, settlement=False, …)` → a read-only copy."""
    copies = tmp_path_factory.mktemp("copies")
    opened: list[duckdb.DuckDBPyConnection] = []

    def make(
        rows_by_night: Mapping[str, Sequence[Row]],
        *,
        settlement: bool = False,
        **lake_tables: Any,
    ) -> duckdb.DuckDBPyConnection:
        _tell_the_night(dbt, fill_lake(rows_by_night, **lake_tables))
        recipe.replay(dbt.place.warehouse, settlement=settlement)
        copy = copies / f"copy_{len(opened)}.duckdb"
        shutil.copy(dbt.place.warehouse, copy)
        opened.append(duckdb.connect(str(copy), read_only=True))
        return opened[-1]

    yield make
    for connection in opened:
        connection.close()
