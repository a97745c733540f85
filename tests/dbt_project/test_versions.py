"""Which version of a row is true, and when a partner's row counts (DOMAIN §3, §5 fine print)."""

from __future__ import annotations

from datetime import date, datetime

import pytest

FIRST, SECOND, THIRD = "2026-04-10#1", "2026-05-10#1", "2026-05-10#2"


@pytest.fixture(scope="module")
def con(warehouse, build):
    b = build
    return warehouse(
        {
            FIRST: [
                b.a_partner("P-1", rank="silver"),
                b.a_partner("P-2"),
                # A row without updated_at counts from Tokyo midnight of its business day.
                b.a_lead("stale", campaign="known"),
                b.a_lead("same-day", campaign="stated", updated_at=datetime(2026, 5, 9, 15)),
                b.a_lead("rows", campaign="upper", _row_number=2),
                b.a_lead("rows", campaign="lower", _row_number=3),
                b.a_lead("gone", partner_id="P-1"),
                b.a_lead("back", partner_id="P-1"),
                b.a_lead("P-L", uploader="P-1", registered_at=datetime(2026, 1, 1)),
                b.a_lead("P-L", uploader="P-2", campaign="other"),
                b.a_rep("R-1", "P-1", uploader="P-1", started_on=date(2020, 1, 1)),
                b.an_evidence("E-1", "C-1", uploader="P-1", received_at=datetime(2026, 1, 1)),
                # Placeholders whose content comes later, and rows that are merely corrected.
                b.a_lead("later", uploader="P-2"),
                b.a_lead("named", uploader="P-2", company_name="甲社"),
                b.a_rep("R-later", "P-2", uploader="P-2", rep_name="未定"),
                b.an_evidence("E-later", "C-1", uploader="P-2", document_sha256="blank"),
            ],
            SECOND: [
                b.a_partner("P-1", rank="gold"),
                b.a_lead("stale", campaign="old", updated_at=datetime(2026, 4, 1)),
                b.a_lead("same-day", campaign="known"),
                b.a_lead("gone", is_deleted=True),
                b.a_lead("back", is_deleted=True),
                b.a_lead("P-L", uploader="P-1", campaign="renamed"),
                b.a_lead("later", uploader="P-2", company_name="乙社"),
                b.a_lead("named", uploader="P-2", company_name="甲社", product_id="PR-2"),
                b.a_rep("R-later", "P-2", uploader="P-2", rep_name="山田太郎"),
                b.an_evidence("E-later", "C-1", uploader="P-2", document_sha256="signed"),
            ],
            THIRD: [
                b.a_partner("P-1", rank="platinum"),
                b.a_lead("back", partner_id="P-1"),
                b.an_evidence(
                    "E-later", "C-1", uploader="P-2", document_sha256="signed", signer_name="甲"
                ),
            ],
        },
    )


def lead(con, lead_id, column):
    found = con.execute(
        f"select {column} from intermediate.int_leads_united where lead_id = ?", [lead_id]
    )
    return [value for (value,) in found.fetchall()]


def test_version_of_a_later_batch_wins_a_tie(con):
    assert con.execute(
        "select rank from marts.dim_partners where partner_id = 'P-1'"
    ).fetchall() == [("platinum",)]


def test_version_updated_earlier_loses_though_it_arrives_later(con):
    assert lead(con, "stale", "campaign") == ["known"]


def test_version_without_updated_at_counts_from_midnight_in_tokyo(con):
    assert lead(con, "same-day", "campaign") == ["known"]


def test_version_in_a_lower_row_wins_within_a_file(con):
    assert lead(con, "rows", "campaign") == ["lower"]


def test_tombstone_removes_the_row(con):
    assert lead(con, "gone", "lead_id") == []


def test_tombstone_ends_when_the_row_comes_back(con):
    assert lead(con, "back", "lead_id") == ["back"]


def test_partner_keys_are_scoped_by_uploader(con):
    assert lead(con, "P-1:P-L", "campaign") == ["renamed"]
    assert lead(con, "P-2:P-L", "campaign") == ["other"]


def test_partner_lead_counts_from_its_first_arrival(con):
    assert lead(con, "P-1:P-L", "registered_on") == [date(2026, 4, 10)]
    stated = con.execute(
        """select registered_at_stated from staging.stg_uploads__leads
           where uploader_id = 'P-2' and lead_id = 'P-L'"""
    )
    assert stated.fetchall() == [(datetime(2026, 4, 1, 3),)]


def test_partner_rep_and_document_count_from_arrival(con):
    reps = con.execute(
        "select rep_id, started_on from marts.dim_reps where partner_id = 'P-1'"
    ).fetchall()
    assert reps == [("P-1:R-1", date(2026, 4, 10))]
    received = con.execute(
        """select evidence_id, received_on from intermediate.int_evidence_united
           where uploader_id = 'P-1'"""
    )
    assert received.fetchall() == [("P-1:E-1", date(2026, 4, 10))]


def test_partner_lead_counts_from_the_first_version_of_the_same_company(con):
    assert lead(con, "P-2:later", "registered_on") == [date(2026, 5, 10)]
    assert lead(con, "P-2:named", "registered_on") == [date(2026, 4, 10)]


def test_partner_rep_and_document_count_from_their_content_not_from_the_key(con):
    reps = con.execute("select started_on from marts.dim_reps where rep_id = 'P-2:R-later'")
    assert reps.fetchall() == [(date(2026, 5, 10),)]
    received = con.execute(
        """select received_at from intermediate.int_evidence_united
           where evidence_id = 'P-2:E-later'"""
    )
    assert received.fetchall() == [(datetime(2026, 5, 9, 15, 0, 0, 1),)]


def test_as_of_an_old_night_later_batches_do_not_exist(warehouse, build):
    rows = {FIRST: [build.a_partner("P-1")], SECOND: [build.a_partner("P-2")]}
    con = warehouse(rows, night=FIRST)
    assert con.execute("select partner_id from marts.dim_partners").fetchall() == [("P-1",)]
