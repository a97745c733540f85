"""The project as a whole: empty lake, arrival order, dbt's own unit tests, no personal data."""

from __future__ import annotations

from datetime import date

import pytest

from ingestion.entities import ENTITIES

NIGHT = "2026-10-31#1"


def tables(con, schema):
    sql = "select table_name from duckdb_tables() where schema_name = ? order by 1"
    return [name for (name,) in con.execute(sql, [schema]).fetchall()]


@pytest.fixture(scope="module")
def empty(warehouse):
    return warehouse({}, settlement=True)


def test_empty_lake_builds_every_model_without_rows(empty):
    names = [
        f"{schema}.{name}" for schema in ("marts", "restricted") for name in tables(empty, schema)
    ]
    counts = {name: empty.sql(f"select count(*) from {name}").fetchall()[0][0] for name in names}
    assert len(names) > 12
    assert not any(counts.values())


# Before any other build: dbt asks the empty warehouse for the types of the literal rows.
def test_unit_tests_of_dbt_pass(dbt, empty):
    results = dbt.run("test", "--select", "test_type:unit")
    assert len(results) >= 6


def test_order_of_rows_in_the_batches_changes_nothing(warehouse, build):
    rows = [
        build.a_partner("P-1", _row_number=1),
        *[
            build.a_lead(f"L-{n}", partner_id="P-1", customer=f"X-{n % 3}", _row_number=n)
            for n in range(9)
        ],
        *[
            build.a_contract(
                f"c-{n}",
                uploader="P-1",
                customer=f"X-{n % 3}",
                contracted_on=date(2026, 5, n),
                _row_number=n,
            )
            for n in range(1, 9)
        ],
        build.a_contract(
            "C-1", partner_id="P-1", customer="X-1", contracted_on=date(2026, 5, 5), _row_number=9
        ),
        build.an_event("V-1", "C-1", uploader="P-1", _row_number=1),
        build.an_event("V-2", "C-1", uploader="P-1", _row_number=2),
    ]
    one = warehouse({NIGHT: rows})
    other = warehouse({NIGHT: rows[::-1]})
    for name in tables(one, "marts"):
        sql = f"from marts.{name} order by all"
        assert one.execute(sql).fetchall() == other.execute(sql).fetchall(), name


def test_marts_hold_no_personal_column(empty):
    personal = {
        column.name for entity in ENTITIES.values() for column in entity.columns if column.personal
    }
    sql = "select distinct column_name from duckdb_columns() where schema_name = 'marts'"
    columns = {name for (name,) in empty.execute(sql).fetchall()}
    assert columns & personal == set()
    assert personal & {"email", "phone", "bank_account"}


def test_measures_of_the_metrics_are_valid_sql(dbt, empty):
    measures = [
        (model.node_relation.alias, measure.expr)
        for model in dbt.manifest.semantic_models.values()
        for measure in model.measures
    ]
    assert len(measures) > 10
    for mart, expression in measures:
        empty.sql(f"select count({expression}) from marts.{mart}")


def test_lake_that_breaks_a_test_of_dbt_is_noticed(warehouse, build):
    nothing = {"rejected_count": 0, "duplicate_count": 0}
    lost = build.a_file("leads", "loaded", row_count=3, accepted_count=1, **nothing)
    with pytest.raises(AssertionError, match="assert_every_row_is_accounted_for: 1 failures"):
        warehouse({NIGHT: [lost]})
