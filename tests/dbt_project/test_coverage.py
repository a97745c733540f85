"""Which agreed data arrives: counted from the records and receipts of partners (data_coverage)."""

from __future__ import annotations

from datetime import date

import pytest

from ingestion.entities import ENTITIES
from ingestion.lake import Night

FIRST, SECOND, LAST = "2026-10-05#1", "2026-10-12#1", "2026-11-20#1"
LOADED = {"status": "loaded", "row_count": 2}


@pytest.fixture(scope="module")
def con(warehouse, build):
    b = build
    return warehouse(
        {
            FIRST: [
                b.a_partner("P-1"),
                b.a_sharing_term("P-1", "leads", "consent_on"),
                b.a_sharing_term("P-1", "leads", "consent_on", agreed_from=date(2027, 1, 1)),
                b.a_sharing_term("P-1", "leads", "reject_reason"),
                b.a_sharing_term("P-9", "leads", "phone"),
                b.a_lead("1", uploader="P-1", consent_on=date(2026, 10, 1)),
                b.a_lead("2", uploader="P-1", registered_at=Night.parse(FIRST).known_at),
                b.a_training("T", "R", uploader="P-1", completed_on=date(2020, 1, 1)),
                b.a_training("open", "R", uploader="P-1"),
                b.a_file("leads", uploader="P-1", unknown_columns="占い;星座", **LOADED),
            ],
            SECOND: [
                b.a_lead("2", uploader="P-1", registered_at=None, phone="03-1"),
                b.a_lead("3", uploader="P-1", registered_at=Night.parse(SECOND).known_at),
                b.a_file("leads", uploader="P-1", unknown_columns="占い", **LOADED),
            ],
            LAST: [
                b.a_file("leads", uploader="P-1", duplicate_count=2, **LOADED),
                b.a_file("leads", uploader="P-1", status="refused", row_count=0),
            ],
        },
    )


def coverage(con, field, partner="P-1", entity="leads"):
    sql = "from marts.data_coverage where (partner_id, entity, field) = (?, ?, ?)"
    relation = con.execute(sql, [partner, entity, field])
    names = [column[0] for column in relation.description]
    return [dict(zip(names, row, strict=True)) for row in relation.fetchall()]


def test_fill_rate_counts_each_record_once(con):
    (row,) = coverage(con, "consent_on")
    assert (row["rows_count"], row["filled_count"], float(row["fill_rate"])) == (3, 1, 0.333333)
    assert (row["coverage"], row["agreed_from"]) == ("delivered", date(2026, 4, 1))


def test_file_that_only_repeats_rows_is_a_delivery(con):
    (row,) = coverage(con, "consent_on")
    assert (row["files_count"], row["last_delivered_on"]) == (3, date(2026, 11, 20))
    assert row["is_late"] is False


def test_agreed_field_that_never_came_is_missing_and_late(con):
    (row,) = coverage(con, "reject_reason")
    assert (row["coverage"], row["last_delivered_on"]) == ("missing", None)
    assert (row["due_on"], row["late_days"]) == (date(2026, 5, 1), 203)
    (stranger,) = coverage(con, "phone", partner="P-9")
    assert (stranger["coverage"], stranger["files_count"]) == ("missing", 0)


def test_field_without_an_agreement_is_shown(con):
    (row,) = coverage(con, "phone")
    assert (row["coverage"], row["is_late"], row["filled_count"]) == ("unagreed", None, 1)


def test_time_of_the_door_is_no_field_of_the_partner(con):
    (row,) = coverage(con, "registered_at")
    assert (row["rows_count"], row["filled_count"]) == (3, 1)
    assert coverage(con, "channel") == coverage(con, "phone_hash") == []


def test_unknown_columns_are_counted_and_not_named(con):
    (row,) = coverage(con, "(extra)")
    assert (row["coverage"], row["extra_columns_count"]) == ("unknown", 2)
    assert row["last_delivered_on"] == date(2026, 10, 12)


def test_training_counts_from_its_arrival(con):
    sql = (
        "select training_id, completed_on, completed_on_stated from staging.stg_uploads__trainings"
    )
    assert sorted(con.sql(sql).fetchall()) == [
        ("T", date(2026, 10, 5), date(2020, 1, 1)),
        ("open", None, None),
    ]


def test_every_uploadable_entity_is_counted(dbt):
    model = dbt.manifest.nodes["model.teikei.int_upload_deliveries_counted"]
    read = {ref.name.removeprefix("stg_uploads__") for ref in model.refs}
    assert read == {entity.name for entity in ENTITIES.values() if entity.uploadable}


def test_partner_that_nobody_registered_is_counted_and_stops_nothing(dbt, con):
    (result,) = dbt.run("test", "--select", "assert_named_partners_are_registered")
    assert (str(result.status), result.failures) == ("warn", 1)
