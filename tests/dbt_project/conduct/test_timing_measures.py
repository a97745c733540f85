"""Measures of when partners submit, what contacts they state and when they sign."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import duckdb
import polars as pl
import pytest

from expectations.scoring import adjust_for_many
from tests.dbt_project.conduct import timing

TRIALS = {
    "int_contacts_tried": {"BAD": (7, 8), "HABIT": (0, 1), "BARE": None},
    "int_odd_hours_tried": {
        "NIGHT": (2, 22),
        "STAMP": (8, 28),
        "DAY": (0, 25),
        "STATED": (3, 3),
        "EXPORT": None,
        "UPLOAD": None,
        "DATES": None,
    },
    "int_month_ends_tried": {"CLOSE": (4, 6), "YOUNG": (1, 1)},
    "int_month_end_cancels_tried": {"CLOSE": (1, 2), "YOUNG": None},
}
ALIKE = {
    "FMAIL": 4,
    "FLINE": 4,
    "FPLACE": 4,
    "FBOX": 5,
    "FINFO": 1,
    "FONE": 1,
    "FLINES": 1,
    "FOFFICE": 1,
    "FVAGUE": None,
    "FSLOW": 3,
    "FNONE": None,
}
HITS, CLEARS, UNKNOWN = (
    ("BURST", "EVEN"),
    ("STEADY", "BATCH", "IMPORT", "MINUTES", "HEAPS"),
    ("FEW", "UNTIMED"),
)


@pytest.fixture(scope="module")
def lake(
    warehouse: Callable[..., duckdb.DuckDBPyConnection], build: SimpleNamespace
) -> duckdb.DuckDBPyConnection:
    made = (timing.contacts, timing.farms, timing.hours, timing.paces, timing.closings)
    return warehouse({timing.NIGHT: [row for scenario in made for row in scenario(build)]})


def _one(lake: duckdb.DuckDBPyConnection, sql: str, subject: str) -> tuple[Any, ...] | None:
    found: list[tuple[Any, ...]] = lake.execute(sql, [subject]).fetchall()
    assert len(found) <= 1
    return found[0] if found else None


@pytest.mark.parametrize(
    ("model", "name"), [(model, name) for model, cases in TRIALS.items() for name in cases]
)
def test_trials_of_a_partner_are(lake: duckdb.DuckDBPyConnection, model: str, name: str) -> None:
    sql = f"select hits, size, source_rows from intermediate.{model} where partner_id = ?"
    found = _one(lake, sql, f"P-{name}")
    expected = TRIALS[model][name]
    assert (found and found[:2]) == expected
    if found:
        rows = found[2].split(";") if found[2] else []
        assert len(rows) == found[0]
        assert rows == sorted(rows)


@pytest.mark.parametrize(("name", "count"), ALIKE.items())
def test_customers_with_alike_contacts_are(
    lake: duckdb.DuckDBPyConnection, name: str, count: int | None
) -> None:
    sql = """select alike_contact_count, alike_contact_count_evidence
        from marts.fct_lead_conduct where lead_id = ?"""
    found = _one(lake, sql, f"L-{name}-2")
    assert found is not None
    assert found[0] == count
    assert len(found[1].split(";") if found[1] else []) == (count if count and count > 1 else 0)


@pytest.mark.parametrize("name", HITS + CLEARS + UNKNOWN)
def test_pace_of_a_rep_is_odd_only_beyond_its_own(
    lake: duckdb.DuckDBPyConnection, name: str
) -> None:
    sql = """select pace_log10_p, pace_log10_p_evidence
        from marts.fct_rep_conduct where rep_id = ?"""
    found = _one(lake, sql, f"R-{name}")
    assert found is not None
    if name in UNKNOWN:
        assert found == (None, None)
    elif name in CLEARS:
        assert -3 <= found[0] <= 0
    else:
        assert found[0] < -3
        assert found[1].count(":") == {"BURST": 20, "EVEN": 9}[name]


def test_pace_is_corrected_for_all_reps_of_the_night(lake: duckdb.DuckDBPyConnection) -> None:
    sql = """select pace_log10_p, pace_log10_q from marts.fct_rep_conduct
        where pace_log10_p is not null order by pace_log10_p"""
    known = lake.sql(sql).fetchall()
    frame = pl.DataFrame(known, ["p", "q"], orient="row").with_columns(p=10 ** pl.col("p"))
    expected = adjust_for_many(frame, "p", [])["q_value"]
    assert len(known) >= 7
    assert [10**q for _, q in known] == pytest.approx(expected.to_list())


def test_contacts_in_clear_are_stored_nowhere_again(lake: duckdb.DuckDBPyConnection) -> None:
    sql = """select table_name from duckdb_columns() where schema_name = 'intermediate'
        and column_name in ('email', 'phone', 'address')"""
    tables = {name for (name,) in lake.sql(sql).fetchall()}
    views = {name for (name,) in lake.sql("select view_name from duckdb_views()").fetchall()}
    assert tables <= views
