"""One lead under several numbers, and ownership that was right at receipt (DOMAIN §3)."""

from __future__ import annotations

from datetime import date, datetime

import pytest

FIRST, SECOND, LATE = "2026-05-01#1", "2026-05-20#1", "2026-06-20#1"
MAY = datetime(2026, 5, 1, 3)


@pytest.fixture(scope="module")
def con(warehouse, build):
    b = build

    def sent(lead_id, uploader, customer="X", **values):
        given = {"registered_at": MAY} | values
        return b.a_lead(lead_id, uploader=uploader, customer=customer, **given)

    def held(lead_id, partner_id, customer="X", **values):
        given = {"registered_at": MAY, "partner_id": partner_id} | values
        return b.a_lead(lead_id, customer=customer, **given)

    return warehouse(
        {
            FIRST: [
                b.a_partner("TOP"),
                b.a_partner("SUB", parent_partner_id="TOP"),
                *[b.a_partner(name) for name in ("P-1", "P-2", "P-3", "P-4", "S04", "S05")],
                # The CRM has the lead under one of the partner's numbers.
                held("LT07", "P-1", partner_ref="a1", registered_at=datetime(2026, 7, 20, 3)),
                sent("a1", "P-1"),
                held("L-any", "P-2", product_id=None, lead_status="rejected"),
                sent("b1", "P-2"),
                sent("c2", "P-3", campaign="later number"),
                sent("c1", "P-3", campaign="first"),
                sent("d1", "P-3", product_id=None),
                sent("d2", "P-3", product_id=None),
                sent("e1", "P-3", customer=None),
                sent("e2", "P-3", customer=None),
                # Ownership as it was at receipt.
                b.a_contract("C-sub", partner_id="SUB"),
                b.an_evidence("E-top", "C-sub", uploader="TOP"),
                b.a_contract("C04", partner_id="S04", partner_ref="mine"),
                b.an_evidence("E-04", "C04", uploader="S04"),
                b.an_evidence("E-mine", "mine", uploader="S04"),
                b.a_contract("C04-own", partner_id="S04"),
                b.a_contract("C04-own", uploader="S04"),
                b.a_contract("C-1", partner_id="S05"),
                b.a_contract("C-1", uploader="S04"),
                b.an_evidence("E-1", "C-1", uploader="S04"),
                # The door took it for the sub-agent's own number, not for S05's contract.
                b.a_contract("C-1", uploader="SUB"),
                b.an_evidence("E-1", "C-1", uploader="TOP"),
            ],
            SECOND: [
                sent("a2", "P-1"),
                sent("a3", "P-1", product_id="PR-1"),
                sent("b2", "P-2"),
                sent("c3", "P-3", registered_at=datetime(2026, 1, 1)),
                b.a_partner("SUB", is_deleted=True),
                b.a_contract("C04", partner_id="S05", partner_ref="mine"),
                b.a_contract("C04-own", partner_id="S05"),
            ],
            LATE: [sent("c4", "P-3"), sent("c5", "P-3", campaign="same night")],
        },
    )


def lead_ids(con, partner_id):
    sql = """select lead_id from marts.fct_funnel_events
             where stage = 'lead' and partner_id = ? and customer_id = 'X' order by 1"""
    return [lead_id for (lead_id,) in con.execute(sql, [partner_id]).fetchall()]


def contract_of(con, evidence_id):
    sql = "select contract_id from intermediate.int_evidence_united where evidence_id = ?"
    return con.execute(sql, [evidence_id]).fetchall()


def test_lead_of_the_crm_takes_every_number_of_it(con):
    assert lead_ids(con, "P-1") == ["LT07"]


def test_rejected_lead_of_the_crm_takes_its_claims_though_its_product_is_unknown(con):
    assert lead_ids(con, "P-2") == []


def test_lead_that_the_crm_does_not_have_counts_once_in_thirty_days_of_arrival(con):
    assert lead_ids(con, "P-3") == ["P-3:c1", "P-3:c4", "P-3:d1"]


def test_lead_sent_again_keeps_the_values_and_the_day_of_the_first(con):
    row = con.execute(
        "select campaign, registered_on from intermediate.int_leads_united where lead_id = 'P-3:c1'"
    )
    assert row.fetchall() == [("first", date(2026, 5, 1))]


def test_leads_of_unknown_customers_stay_apart(con):
    found = con.execute("select lead_id from marts.fct_leads where lead_id like '%:e_' order by 1")
    assert found.fetchall() == [("P-3:e1",), ("P-3:e2",)]


@pytest.mark.parametrize(
    ("evidence_id", "contract_id"),
    [
        ("TOP:E-top", "C-sub"),
        ("S04:E-04", "C04"),
        ("S04:E-mine", "C04"),
        ("S04:E-1", "S04:C-1"),
        ("TOP:E-1", "TOP:C-1"),
    ],
)
def test_evidence_stays_with_the_contract_it_was_received_for(con, evidence_id, contract_id):
    assert contract_of(con, evidence_id) == [(contract_id,)]


def test_contract_of_a_partner_stays_matched_when_the_crm_names_another(con):
    found = con.execute("select contract_id from marts.fct_contracts where contract_id like '%own'")
    assert found.fetchall() == [("C04-own",)]
