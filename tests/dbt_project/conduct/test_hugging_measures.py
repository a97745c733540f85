"""Measures of sales that stop at a tier and of prices that repeat."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from expectations.engine import evaluate
from expectations.rules import load_rules
from orchestration.settings import Settings
from tests.dbt_project.building import Dbt
from tests.dbt_project.conduct import hugging

# Partner → windows that ended just above a tier, of how many; file rows told.
HUGGED = {
    "HU-THREE": (3, 4, 24),
    "HU-GONE": (3, 4, 24),
    "HU-TWICE": (3, 4, 24),
    "HU-HONEST": (1, 4, 8),
    "HU-SMALL": (3, 4, 6),
    "HU-OPEN": (2, 4, 16),
    "HU-NEW": (3, 3, 24),
    "HU-YEN": (3, 4, 5),
    "HU-ABOVE": (0, 4, 0),
    "HU-SECOND": (3, 4, 4),
    "HU-LISTED": (0, 4, 0),
    "HU-NOTIER": (None, None, 0),
}
# Rule → partner → what it says.
OUTCOMES = {
    "threshold_hugging": {
        "hit": ("HU-THREE", "HU-GONE", "HU-TWICE", "HU-YEN", "HU-SECOND"),
        "clear": ("HU-HONEST", "HU-SMALL", "HU-OPEN", "HU-ABOVE", "HU-LISTED"),
        "undetermined": ("HU-NEW", "HU-NOTIER"),
    },
    "minimum_hugging": {
        "hit": ("HU-YEN",),
        "clear": ("HU-ABOVE", "HU-SECOND", "HU-LISTED"),
        "undetermined": ("HU-THREE", "HU-NOTIER"),
    },
}
# Partner → (hits, size, file rows told); None: nothing is known.
REPEATED = {
    "RA-SAME": (3, 6, 3),
    "RA-LISTED": (0, 6, 0),
    "RA-ONCE": (0, 3, 0),
    "RA-CAMPAIGN": None,
    "RA-OLD": None,
    "RA-FREE": None,
    "RA-UNLISTED": None,
    "RA-DIRECT": None,
    "RA-UNSIGNED": None,
    "RA-CLAIM": None,
}
ROWS = "coalesce(len(string_split({}, ';')), 0)"


@pytest.fixture(scope="module")
def lake(
    warehouse: Callable[..., duckdb.DuckDBPyConnection], build: SimpleNamespace
) -> duckdb.DuckDBPyConnection:
    made = (hugging.counts, hugging.amounts, hugging.prices)
    return warehouse({hugging.NIGHT: [row for scenario in made for row in scenario(build)]})


@pytest.mark.parametrize(("name", "told"), HUGGED.items())
def test_windows_that_ended_just_above_a_tier_are(
    lake: duckdb.DuckDBPyConnection, name: str, told: tuple[int | None, int | None, int]
) -> None:
    sql = f"""select hugging_window_count, tier_window_count,
                     {ROWS.format("hugging_window_count_evidence")}
              from marts.fct_partner_conduct where partner_id = ?"""
    assert lake.execute(sql, [f"P-{name}"]).fetchall() == [told]


@pytest.fixture(scope="module")
def outcomes(lake: duckdb.DuckDBPyConnection, dbt: Dbt) -> dict[tuple[str, str], str]:
    """(rule, partner) → hit or undetermined; who is clear is not there."""
    folder = Settings(dbt.home).rules / "conduct"
    rules = [rule for rule in load_rules(folder) if rule.id in OUTCOMES]
    found = evaluate(rules, lake.table("marts.fct_partner_conduct").pl(), "partner_id")
    found.raise_on_error()
    told = found.outcomes.select("rule_id", "subject_id", "outcome").iter_rows()
    return {(rule_id, partner_id): outcome for rule_id, partner_id, outcome in told}


@pytest.mark.parametrize(
    ("rule_id", "outcome", "name"),
    [
        (rule_id, outcome, name)
        for rule_id, cases in OUTCOMES.items()
        for outcome, names in cases.items()
        for name in names
    ],
)
def test_hugging_partner_is(
    outcomes: dict[tuple[str, str], str], rule_id: str, outcome: str, name: str
) -> None:
    assert outcomes.get((rule_id, f"P-{name}"), "clear") == outcome


@pytest.mark.parametrize(("name", "told"), REPEATED.items())
def test_repeated_amounts_of_a_partner_are(
    lake: duckdb.DuckDBPyConnection, name: str, told: tuple[int, int, int] | None
) -> None:
    sql = f"""select hits, size, {ROWS.format("source_rows")} from marts.fct_partner_trials
              where measure = 'repeated_amounts' and partner_id = ?"""
    found: list[Any] = lake.execute(sql, [f"P-{name}"]).fetchall()
    assert found == ([] if told is None else [told])
