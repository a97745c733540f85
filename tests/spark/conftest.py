"""The lake of the golden cases, built by both engines; `make spark-test` runs this, with Java."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from tests.dbt_project import conftest as lakes
from tests.dbt_project.building import Dbt
from tests.dbt_project.commissions import conftest as cases
from tests.dbt_project.commissions.conftest import golden, golden_rows
from tests.dbt_project.conftest import build, dbt, fill_lake, recipe, warehouse

__all__ = ["build", "dbt", "fill_lake", "golden", "golden_rows", "recipe", "warehouse"]

# The ends of the money path; with all that they stand on, these are the money models.
MONEY = (
    "+postings_due",
    "+fct_commission_decisions",
    "+decision_effects",
    "+commission_scenarios",
    "+commission_design",
    "+fct_commission_ledger",
    "+fct_commission_availability",
)
# dbt's own data tests are part of it on both engines, where all that they compare is built.
BUILD = ("build", "--exclude-resource-type", "unit_test", "--indirect-selection", "cautious")
NIGHT, LAST = "2026-07-30#1", cases.NIGHTS[-1]


@dataclass(frozen=True)
class Engines:
    """One connection that reads `duckdb.<schema>.<model>` and `spark.<schema>.<model>`."""

    connection: duckdb.DuckDBPyConnection
    models: list[str]

    def columns(self, engine: str) -> dict[str, dict[str, str]]:
        """Model → its columns in order, with their types in DuckDB's words."""
        return {model: self._columns(f"{engine}.{model}") for model in self.models}

    def _columns(self, relation: str) -> dict[str, str]:
        rows = self.connection.execute(f"describe {relation}").fetchall()
        return {row[0]: row[1] for row in rows}

    def only_in(self, one: str, other: str) -> dict[str, int]:
        """Model → how many rows (repetitions count) one engine has and the other has not."""
        counts = {model: self._count(f"{one}.{model}", f"{other}.{model}") for model in self.models}
        return {model: count for model, count in counts.items() if count}

    def _count(self, one: str, other: str) -> int:
        return self.rows(f"(from {one} except all from {other})")

    def rows(self, relation: str) -> int:
        found = self.connection.execute(f"select count(*) from {relation}").fetchall()
        return int(found[0][0])


def _partners_rows(build: SimpleNamespace) -> list[Any]:
    """What partners send, which the golden cases hardly have: leads sent again, a parent that
    was once a child, contracts, events, documents and reps of the CRM's and of their own."""
    first, later = datetime(2026, 4, 1, 3), datetime(2026, 6, 1, 3)
    leads = [
        build.a_lead(f"l-{day}", uploader="P-X", customer="X", _known_at=datetime(2026, month, day))
        for month, day in ((4, 2), (4, 20), (5, 3), (6, 4), (7, 15))
    ]
    return [
        *leads,
        build.a_partner("P-X", parent_partner_id="P-Y", updated_at=first),
        build.a_partner("P-Y", parent_partner_id="P-X", updated_at=first),
        build.a_partner("P-Y", updated_at=later, _row_number=99),
        build.a_lead("L-X", partner_id="P-X", customer="X", reject_reason="競合"),
        build.a_contract(
            "C-X", partner_id="P-X", customer="X", lead_id="L-X", contracted_on=date(2026, 5, 5)
        ),
        build.a_contract("c-x", uploader="P-X", customer="X", contracted_on=date(2026, 5, 9)),
        build.a_contract("c-y", uploader="P-Y", lead_id="l-y", contracted_on=date(2026, 5, 9)),
        build.an_event("e-x", "c-x", uploader="P-X"),
        build.an_event("e-y", "c-y", uploader="P-X", stage="renewal"),
        build.an_evidence("v-x", "c-x", uploader="P-X"),
        build.an_evidence("v-y", "C-X", evidence_kind="order_form"),
        build.a_rep("R-X", "P-X"),
        build.a_rep("r-x", "P-X", uploader="P-X"),
        # One name in two of Unicode's forms is one person.
        build.a_decision("D-X", "f-x", decided_by="が 一", second_by="か\u3099一"),
        build.a_decision("D-Y", "f-x", decided_by="が一", second_by="か一"),
    ]


@pytest.fixture(scope="session")
def home(
    dbt: Dbt,
    golden: Any,
    golden_rows: dict[str, list[Any]],
    build: SimpleNamespace,
    fill_lake: Callable[..., Any],
) -> Path:
    """Where the lake lies as the last night finds it, earlier nights posted."""
    earlier = {night: golden.postings[night] for night in cases.NIGHTS[:-1]}
    rows = golden_rows | {NIGHT: _partners_rows(build)}
    night = fill_lake(
        rows, night=LAST, postings=earlier, closes=cases._closes(), flags=cases._flags()
    )
    lakes._tell_the_night(dbt, night)
    return dbt.home


@pytest.fixture(scope="session")
def engines(dbt: Dbt, home: Path) -> Iterator[Engines]:
    dbt.run(*BUILD, "--select", *MONEY)
    project = ["--project-dir", str(dbt.place.dbt_project), "--target", "spark"]
    paths = ["--target-path", str(home / "spark" / "target")]
    command = [Path(sys.executable).parent / "dbt", *BUILD, *project, *paths, "--select", *MONEY]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
    with duckdb.connect() as connection:
        connection.execute(f"attach '{dbt.place.warehouse}' as duckdb (read_only)")
        connection.execute("attach ':memory:' as spark")
        yield Engines(connection, sorted(_views(connection, home / "warehouse" / "spark")))


def _views(connection: duckdb.DuckDBPyConnection, root: Path) -> Iterator[str]:
    """Every table that Spark wrote, as a view; a table without rows has a file too."""
    for folder in root.glob("*.db/*"):
        schema = folder.parent.name.removesuffix(".db")
        connection.execute(f"create schema if not exists spark.{schema}")
        connection.execute(
            f"create view spark.{schema}.{folder.name} as from read_parquet('{folder}/*.parquet')"
        )
        yield f"{schema}.{folder.name}"
