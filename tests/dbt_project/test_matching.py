"""Partners' rows meet the CRM: by its id, by partner_ref, by customer, else a claim (DOMAIN §3)."""

from __future__ import annotations

from datetime import date, datetime

import pytest

NIGHT = "2026-10-31#1"


@pytest.fixture(scope="module")
def con(warehouse, build):
    b = build
    signed = {"contracted_on": date(2026, 5, 1)}
    return warehouse(
        {
            "2026-04-20#1": [
                b.a_partner("P-1"),
                b.a_partner("P-SUB", parent_partner_id="P-1"),
                b.a_partner("P-2"),
                b.a_lead("L-early", uploader="P-1"),
            ],
            NIGHT: [
                # The id that the CRM gave, also for a sub-agent's record; never another partner's.
                b.a_contract("C-own", partner_id="P-1", initial_yen=100, **signed),
                b.a_contract("C-own", uploader="P-1", initial_yen=999, **signed),
                b.a_contract("C-sub", partner_id="P-SUB", **signed),
                b.a_contract("C-sub", uploader="P-1", partner_id="P-SUB", **signed),
                b.a_contract("C-2", partner_id="P-2", **signed),
                b.a_contract("C-2", uploader="P-1", initial_yen=777, **signed),
                # The CRM quotes the partner's id.
                b.a_contract("C-ref", partner_id="P-1", partner_ref="mine", **signed),
                b.a_contract("mine", uploader="P-1", **signed),
                # Same customer, product and partner: the nearest within 30 days, one to one.
                b.a_contract("C-near", partner_id="P-2", customer="X", **signed),
                b.a_contract("far", uploader="P-2", customer="X", contracted_on=date(2026, 5, 20)),
                b.a_contract("near", uploader="P-2", customer="X", contracted_on=date(2026, 5, 2)),
                b.a_contract("C-old", partner_id="P-2", customer="Y", **signed),
                b.a_contract("late", uploader="P-2", customer="Y", contracted_on=date(2026, 6, 1)),
                # A paper that quotes the CRM's id does not take the contract from its row.
                b.a_contract("C-told", partner_id="P-2", customer="Z", **signed),
                b.a_contract("told", uploader="P-2", customer="Z", **signed),
                b.an_evidence("E-told", "C-told", uploader="P-2"),
                # A record that the CRM deleted is no claim either.
                b.a_lead(
                    "L-del", partner_id="P-1", partner_ref="del", updated_at=datetime(2026, 5, 1)
                ),
                b.a_lead("L-del", is_deleted=True, updated_at=datetime(2026, 5, 2)),
                b.a_lead("del", uploader="P-1"),
                # First arrival at either door; the CRM's word on the status.
                b.a_lead(
                    "L-1",
                    partner_id="P-1",
                    partner_ref="L-early",
                    registered_at=datetime(2026, 5, 1),
                ),
                b.a_lead("L-no", partner_id="P-1", partner_ref="refused", lead_status="rejected"),
                b.a_lead("refused", uploader="P-1", lead_status="accepted"),
                # Ids inside a partner's rows follow the match.
                b.a_contract("C-claim", uploader="P-1", lead_id="L-early", rep_id="R-1", **signed),
                b.a_rep("R-1", "P-1", uploader="P-1"),
                b.an_evidence("E-1", "mine", uploader="P-1"),
                b.an_evidence("E-2", "C-ref"),
            ],
        },
    )


def key(con, uploader, record_id):
    sql = """select contract_id from intermediate.int_contract_keys
             where scope_id = ? and record_id = ?"""
    return con.execute(sql, [uploader, record_id]).fetchall()


@pytest.mark.parametrize(
    ("uploader", "record_id", "contract_id"),
    [
        ("P-1", "C-own", "C-own"),
        ("P-1", "C-sub", "C-sub"),
        ("P-1", "C-2", "P-1:C-2"),
        ("P-1", "mine", "C-ref"),
        ("P-2", "near", "C-near"),
        ("P-2", "told", "C-told"),
        ("P-2", "far", "P-2:far"),
        ("P-2", "late", "P-2:late"),
    ],
)
def test_contract_of_a_partner_is_matched(con, uploader, record_id, contract_id):
    assert key(con, uploader, record_id) == [(contract_id,)]


def test_crm_gives_the_values_once_it_has_the_contract(con):
    row = con.execute(
        "select initial_yen, door from marts.fct_contracts where contract_id = 'C-own'"
    )
    assert row.fetchall() == [(100, "both")]


def test_claim_of_another_partners_contract_is_kept_and_not_confirmed(con):
    row = con.execute(
        "select is_confirmed, source from marts.fct_funnel_events where contract_id = 'P-1:C-2'"
    )
    assert row.fetchall() == [(False, "partner")]


def test_lead_counts_from_its_first_arrival_at_either_door(con):
    row = con.execute("select registered_on, door from marts.fct_leads where lead_id = 'L-1'")
    assert row.fetchall() == [(date(2026, 4, 20), "both")]


def test_lead_that_the_crm_rejects_does_not_count(con):
    rows = con.execute(
        """select lead_id from marts.fct_funnel_events
           where lead_id like '%L-no%' or lead_id like '%refused%'"""
    )
    assert rows.fetchall() == []
    assert con.execute(
        "select is_accepted from marts.fct_leads where lead_id = 'L-no'"
    ).fetchall() == [(False,)]


def test_lead_that_the_crm_deleted_does_not_come_back_as_a_claim(con):
    assert (
        con.execute("select lead_id from marts.fct_leads where lead_id like '%del%'").fetchall()
        == []
    )


def test_claim_points_to_the_united_lead_and_rep(con):
    row = con.execute(
        "select lead_id, deal_id, rep_id from marts.fct_contracts where contract_id = 'P-1:C-claim'"
    )
    assert row.fetchall() == [("L-1", "L-1", "P-1:R-1")]


def test_evidence_of_both_doors_meets_at_the_contract(con):
    rows = con.execute(
        """select evidence_id from intermediate.int_evidence_united
           where contract_id = 'C-ref' order by 1"""
    )
    assert rows.fetchall() == [("E-2",), ("P-1:E-1",)]


def test_hierarchy_path_runs_from_the_top(con):
    row = con.execute(
        """select hierarchy_path, top_partner_id, hierarchy_depth from marts.dim_partners
           where partner_id = 'P-SUB'"""
    )
    assert row.fetchall() == [("P-1/P-SUB", "P-1", 1)]
