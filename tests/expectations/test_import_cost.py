"""What a process pays and keeps: each test runs in an interpreter of its own."""

from __future__ import annotations

import subprocess
import sys

from expectations.docs import FOLDER

SET_UP = """
import sys, warnings
from pathlib import Path
import polars as pl
from expectations.engine import evaluate
from expectations.rules import load_rules
rules = load_rules(Path("expectations/marts"))
columns = {column for rule in rules for column in rule.columns}
frame = pl.DataFrame({"mart": ["m"]} | {name: [0] for name in columns})
"""


def run(program: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-c", SET_UP + program],
        cwd=FOLDER.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done


def test_rows_are_needed_before_anything_heavy_is_imported() -> None:
    run("""
found = evaluate(rules, frame.clear(), "mart")
found.raise_on_error()
assert found.summary["clear_count"].to_list() == [0] * len(rules)
assert not {"great_expectations", "pandas"} & set(sys.modules)
""")


def test_a_run_leaves_the_process_its_own_warnings() -> None:
    done = run("""
evaluate(rules, frame, "mart").raise_on_error()
warnings.warn("one of ours")
""")
    assert "one of ours" in done.stderr
    assert done.stdout == ""
