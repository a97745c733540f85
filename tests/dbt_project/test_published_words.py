"""Words that people typed reach the marts only where they are a category, not about somebody."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module")
def con(warehouse, build):
    b = build
    common = [b.a_lead(f"L-{n}", reject_reason="重複", campaign="春") for n in range(5)]
    rare = b.a_lead("L-9", reject_reason="山田様 080-5555-1111", campaign="canary@example.jp")
    return warehouse(
        {
            "2026-07-31#1": [
                b.a_partner("P-1", partner_name="青木一郎", is_individual=True),
                b.a_partner("P-2", partner_name="青木商事"),
                *common,
                rare,
                b.a_contract("C-1", cancel_reason="担当の佐藤が退職"),
            ]
        },
    )


def test_words_shared_by_five_records_are_published(con):
    found = con.execute(
        "select lead_id, reject_reason, campaign from marts.fct_leads "
        "where reject_reason is not null or campaign is not null order by all"
    ).fetchall()
    assert found == [(f"L-{n}", "重複", "春") for n in range(5)]


def test_words_of_one_record_are_kept_back(con):
    assert con.execute("select cancel_reason from marts.fct_contracts").fetchall() == [(None,)]


def test_name_of_a_partner_who_is_a_person_is_kept_back(con):
    names = con.execute("select partner_id, partner_name from marts.dim_partners order by all")
    assert names.fetchall() == [("P-1", None), ("P-2", "青木商事")]
