"""Measures of what became of leads and contracts."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from tests.dbt_project.conduct import outcomes

# Measure → partner → product → (hits, size, file rows told); no product: nothing is known.
Told = dict[str, dict[str, tuple[int, int, int]]]
TRIALS: dict[str, Told] = {
    "clawback_ends": {
        # The one cancelled a day before the end is another matter; sixty days later is too late.
        "CB-DROPS": {"PR-1": (2, 4, 2)},
        "CB-TERM": {"PR-1": (0, 1, 0)},
        "CB-YOUNG": {},
        "CB-FREE": {},
    },
    "clawback_eves": {
        # Who was cancelled a day before the end is one of five that were alive till then.
        "CB-DROPS": {"PR-1": (1, 5, 1)},
        "CB-TERM": {"PR-1": (0, 2, 0)},
        "CB-YOUNG": {},
        "CB-FREE": {},
    },
    "lapses": {
        "LA-EARLY": {"PR-1 3m": (1, 3, 1), "PR-1 6m": (1, 2, 1), "PR-1 12m": (0, 1, 0)},
        "LA-TERM": {"PR-1 3m": (0, 2, 0), "PR-1 6m": (0, 1, 0)},
        "LA-YOUNG": {},
    },
    "complaints": {
        "CT-LOUD": {"PR-1": (3, 4, 3)},
        "CT-CALM": {"PR-1": (0, 2, 0)},
        "CT-BACK": {"PR-1": (1, 2, 1)},
        "CT-YOUNG": {},
    },
    "switches": {
        "SW-MORE": {"PR-LESS": (0, 1, 0), "PR-MORE": (1, 1, 1)},
        "SW-BEFORE": {"PR-LESS": (0, 1, 0), "PR-MORE": (1, 1, 1)},
        "SW-LESS": {"PR-LESS": (0, 1, 0), "PR-MORE": (0, 1, 0)},
        "SW-LONGAGO": {"PR-LESS": (0, 1, 0), "PR-MORE": (0, 1, 0)},
        "SW-TERM": {"PR-LESS": (0, 1, 0), "PR-MORE": (0, 1, 0)},
        "SW-OTHER": {"PR-LESS": (0, 1, 0), "PR-MORE": (0, 1, 0)},
        "SW-UNPAID": {"PR-LESS": (0, 1, 0)},
        "SW-NOBODY": {"PR-LESS": (0, 1, 0)},
    },
    "leads_agreed": {
        "CV-FEW": {"PR-1": (1, 3, 2)},
        "CV-ALL": {"PR-1": (3, 3, 0)},
        "CV-LATER": {"PR-1": (1, 1, 0)},
        "CV-REFUSED": {},
        "CV-WAITING": {},
        "CV-YOUNG": {"PR-1": (0, 1, 1)},
        "CV-NEW": {},
    },
    "leads_signed": {
        "CV-FEW": {"PR-1": (0, 3, 0)},
        "CV-ALL": {"PR-1": (3, 3, 3)},
        "CV-LATER": {"PR-1": (0, 1, 0)},
        "CV-REFUSED": {},
        "CV-YOUNG": {},
    },
    "agreements_signed": {
        "CV-FEW": {"PR-1": (0, 1, 1)},
        # Two of its three contracts do not tell when they were agreed.
        "CV-ALL": {"PR-1": (1, 1, 0)},
        "CV-LATER": {"PR-1": (0, 1, 1)},
        "CV-NEW": {},
    },
    "fast_closings": {
        "PC-FAST": {"PR-SLOW": (1, 1, 1)},
        "PC-FIFTH": {"PR-SLOW": (0, 1, 0)},
        "PC-PEER0": {"PR-SLOW": (0, 1, 0)},
        "PC-SHOP0": {},
        "PC-ALONE": {},
        "LA-EARLY": {},
    },
}


@pytest.fixture(scope="module")
def lake(
    warehouse: Callable[..., duckdb.DuckDBPyConnection], build: SimpleNamespace
) -> duckdb.DuckDBPyConnection:
    made = (
        *(outcomes.clawbacks, outcomes.lapses, outcomes.complaints),
        *(outcomes.switches, outcomes.conversions, outcomes.paces),
    )
    return warehouse({outcomes.NIGHT: [row for scenario in made for row in scenario(build)]})


@pytest.mark.parametrize(
    ("measure", "name", "told"),
    [(measure, *case) for measure, cases in TRIALS.items() for case in cases.items()],
)
def test_cases_of_a_partner_are(
    lake: duckdb.DuckDBPyConnection,
    measure: str,
    name: str,
    told: dict[str, tuple[int, int, int]],
) -> None:
    sql = """select product_id, hits, size, coalesce(len(string_split(source_rows, ';')), 0)
             from marts.fct_partner_trials where measure = ? and partner_id = ?"""
    rows: list[Any] = lake.execute(sql, [measure, f"P-{name}"]).fetchall()
    assert {product_id: tuple(counts) for product_id, *counts in rows} == told


def test_complaints_that_nobody_tells_of_are_unknown(
    warehouse: Callable[..., duckdb.DuckDBPyConnection], build: SimpleNamespace
) -> None:
    sold = outcomes.lapses(build)
    found = warehouse({outcomes.NIGHT: sold}).sql(
        "select count(*) from marts.fct_partner_trials where measure = 'complaints'"
    )
    assert found.fetchall() == [(0,)]
