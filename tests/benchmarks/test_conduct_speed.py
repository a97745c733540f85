"""All conduct measures and rules over a large channel: seconds, memory and the share of judging.

The company is the demonstration many times over: contracts of all channels, the four leads that
each of them takes there, and the trainings, evidence, fees and postings that come with them.
`TEIKEI_BENCH_COMPANY` names the home of a demonstration (default: one is made, some minutes);
`TEIKEI_BENCH_CONTRACTS` is the size (default 1,000,000).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.benchmarks.conduct.copies import conduct_steps, write_copies
from tests.benchmarks.measured import run
from tests.dbt_project.building import Recipe

CONTRACTS = int(os.environ.get("TEIKEI_BENCH_CONTRACTS", "1000000"))
SECONDS, MIB, JUDGING_SHARE = 90, 3072, 0.15
MEASURES = """
import json, sys, time, duckdb
connection = duckdb.connect(sys.argv[1], config={"memory_limit": "1500MB", "threads": 2})
connection.execute("set preserve_insertion_order = false")
spent = {}
for name, sql in json.load(open(sys.argv[2])):
    before = time.process_time()
    connection.execute(sql)
    spent[name] = round(time.process_time() - before, 1)
slowest = sorted(spent.items(), key=lambda each: -each[1])[:12]
print(", ".join(f"{name} {seconds}" for name, seconds in slowest))
"""
JUDGING = """
import sys, time
from datetime import datetime
from pathlib import Path
import duckdb
from expectations import engine, flags
from expectations.rules import by_measures, load_rules
from orchestration import standings
rules = load_rules(Path("expectations/conduct"))
spent, found = 0.0, 0
with duckdb.connect(sys.argv[1], read_only=True) as warehouse:
    standing = standings.read(warehouse, rules)
    for measure, of_measure in by_measures(rules).items():
        frame = standings.measures(warehouse, measure, standing, of_measure)
        before = time.process_time()
        evaluation = engine.evaluate(of_measure, frame, of_measure[0].subject)
        spent += time.process_time() - before
        found += flags.flags(evaluation, of_measure, frame, "n", datetime(2026, 1, 1)).height
        flags.rule_outcomes(evaluation, of_measure, "n", datetime(2026, 1, 1))
print(f"{spent:.1f} {found}")
"""

pytestmark = pytest.mark.benchmark


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Warehouse of a demonstration with few partners, so that each has many contracts."""
    home = os.environ.get("TEIKEI_BENCH_COMPANY") or str(tmp_path_factory.mktemp("company"))
    if not Path(home, "warehouse").exists():
        command = [sys.executable, "-m", "orchestration.cli", "demo", "--partners", "31"]
        subprocess.run(command, check=True, env=os.environ | {"TEIKEI_HOME": home})
    return Path(home, "warehouse", "teikei.duckdb")


def test_measures_and_rules_of_a_large_channel_take_ninety_seconds(
    recipe: Recipe, company: Path, tmp_path: Path
) -> None:
    with duckdb.connect(str(company), read_only=True) as connection:
        ((contracts,),) = connection.sql("select count(*) from marts.fct_contracts").fetchall()
    large = Recipe(Path(shutil.copy(recipe.file, tmp_path / "teikei.duckdb")), recipe.steps)
    steps = conduct_steps(recipe)
    write_copies(large, steps, company, -(-CONTRACTS // contracts))
    script = tmp_path / "steps.json"
    script.write_text(json.dumps([[step.name, step.sql] for step in steps]))
    measures = run(MEASURES, large.file, script)
    judging = run(JUDGING, large.file)
    expectations, found = judging.said.split()
    whole = measures.wall + judging.wall
    share = float(expectations) / (measures.cpu + judging.cpu)
    for name, used in (("measures", measures), ("judging", judging)):
        print(f"\n{name} {used.cpu:6.1f} s CPU {used.wall:6.1f} s wall {used.mib:5d} MiB")
    print(f"CPU a model: {measures.said}")
    print(f"{whole:.1f} s in all, {share:.1%} in Great Expectations, {int(found):,} flags")
    assert max(measures.mib, judging.mib) <= MIB
    assert share <= JUDGING_SHARE
    assert whole <= SECONDS
