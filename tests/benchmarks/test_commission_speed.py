"""Targets and postings of a large channel by our models, beside lean SQL written for its plan.

An arm counts only after both found the same differences, line by line and yen by yen.
`TEIKEI_BENCH_CONTRACTS` sets the size (default 1,000,000).
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from tests.benchmarks.commission.plan import correct_one_percent, post, write_inputs
from tests.benchmarks.measured import Usage, run
from tests.dbt_project.building import Recipe

CONTRACTS = int(os.environ.get("TEIKEI_BENCH_CONTRACTS", "1000000"))
LEAN = Path(__file__).parent / "commission" / "lean.sql"
MODELS = Path(__file__).parents[2] / "dbt_project" / "models" / "intermediate"
ROOMS = ("commissions", "sanctions", "scenarios")
# Decisions in words are no part of what is compared.
WORDED = {"int_commission_termless", "int_commission_lines_summed", "int_commission_outcomes"}
ARM = """
import json, sys, duckdb
connection = duckdb.connect(sys.argv[1], config={"memory_limit": "3GB", "threads": 2})
connection.execute("set preserve_insertion_order = false; create schema if not exists lean")
for statement in json.load(open(sys.argv[2])):
    connection.execute(statement)
print("done")
"""
OURS = """
    select partner_id, role, term_id, subject, component,
        case component when 'base' then earn_period else subject end as key_period, amount_yen
    from intermediate.postings_due
"""
LEANS = OURS.replace("intermediate.postings_due", "lean.difference").replace("earn_", "key_")

pytestmark = pytest.mark.benchmark


@dataclass(frozen=True)
class Arms:
    """One warehouse, and the statements of both arms."""

    warehouse: Path
    folder: Path
    statements: dict[str, Sequence[str]]

    def measure(self) -> tuple[Usage, Usage]:
        ours, lean = (self._run(name) for name in ("ours", "lean"))
        for name, used in (("ours", ours), ("lean", lean)):
            print(f"\n{name} {used.cpu:6.1f} s CPU {used.wall:6.1f} s wall {used.mib:5d} MiB")
        print(f"× {ours.cpu / lean.cpu:.2f}, {self._count():,} differences")
        return ours, lean

    def _run(self, name: str) -> Usage:
        path = self.folder / f"{name}.json"
        path.write_text(json.dumps(self.statements[name]))
        return run(ARM, self.warehouse, path)

    def _count(self) -> int:
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            for one, other in ((OURS, LEANS), (LEANS, OURS)):
                assert connection.sql(f"{one} except all {other} limit 1").fetchall() == []
            count: int = connection.sql("select count(*) from lean.difference").fetchall()[0][0]
        return count


@pytest.fixture(scope="module")
def arms(recipe: Recipe, tmp_path_factory: pytest.TempPathFactory) -> Arms:
    folder = tmp_path_factory.mktemp("commission")
    warehouse = folder / "teikei.duckdb"
    shutil.copy(recipe.file, warehouse)
    with duckdb.connect(str(warehouse)) as connection:
        write_inputs(connection, CONTRACTS)
    names = {path.stem for room in ROOMS for path in (MODELS / room).glob("*.sql")} - WORDED
    ours = [step.sql for step in recipe.steps if step.kind == "model" and step.name in names]
    return Arms(warehouse, folder, {"ours": ours, "lean": _statements(LEAN.read_text("utf-8"))})


def _statements(script: str) -> list[str]:
    return [part for part in script.split(";\n") if part.strip()]


def test_targets_and_postings_cost_at_most_three_times_lean_sql(arms: Arms) -> None:
    """The first night posts every line; then nothing changed; then 1 % did."""
    first, lean = arms.measure()
    assert first.cpu <= 3 * lean.cpu
    assert first.mib <= 4096
    with duckdb.connect(str(arms.warehouse)) as connection:
        post(connection)
    again, lean = arms.measure()
    assert arms._count() == 0
    assert again.cpu <= 3 * lean.cpu
    with duckdb.connect(str(arms.warehouse)) as connection:
        correct_one_percent(connection)
    changed, lean = arms.measure()
    assert changed.cpu <= 3 * lean.cpu
    assert max(again.mib, changed.mib) <= 4096
