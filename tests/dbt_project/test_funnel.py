"""The one stream of funnel events: what is in it, once, from which door, and what counts."""

from __future__ import annotations

from datetime import date, datetime

import pytest

NIGHT = "2026-10-31#1"


@pytest.fixture(scope="module")
def con(warehouse, build):
    b = build
    signed = {
        "partner_id": "P-1",
        "agreed_on": date(2026, 4, 20),
        "contracted_on": date(2026, 5, 1),
    }
    year = {"starts_on": date(2025, 1, 31), "term_months": 13}
    return warehouse(
        {
            NIGHT: [
                b.a_partner("P-1"),
                b.a_contract("C-1", initial_yen=500, **signed),
                b.an_evidence("E-1", "C-1"),
                b.an_evidence("E-2", "C-1", evidence_kind="application_form"),
                b.an_evidence("E-3", "C-1"),
                b.an_evidence(
                    "E-4", "C-1", evidence_kind="too_late", received_at=datetime(2026, 10, 31, 15)
                ),
                # Both doors tell of one onboarding; a second one does not count again.
                b.an_event("V-1", "C-1"),
                b.an_event("X-1", "C-1", uploader="P-1"),
                b.an_event("V-2", "C-1", occurred_on=date(2026, 7, 1)),
                # Only the partner tells of customer success, and of a renewal.
                b.an_event("X-2", "C-1", uploader="P-1", stage="customer_success"),
                b.an_event("X-3", "C-1", uploader="P-1", stage="renewal"),
                b.an_event("X-4", "C-9", uploader="P-1"),
                b.an_event("V-3", "C-1", stage="upsell", amount_yen=700),
                b.an_event("V-4", "C-1", stage="upsell"),
                b.an_event("V-5", "C-1", stage="upsell", occurred_on=date(2026, 11, 1)),
                b.an_event("V-6", "C-1", stage="first_use"),
                # The field and an event of the same day are one cancellation.
                b.a_contract("C-2", cancelled_on=date(2026, 8, 1), **signed),
                b.an_event("V-7", "C-2", stage="cancellation", occurred_on=date(2026, 8, 1)),
                b.a_contract("C-3", cancelled_on=date(2026, 9, 1), **signed),
                b.an_event("V-8", "C-3", stage="cancellation", occurred_on=date(2026, 6, 1)),
                b.an_event("V-9", "C-3", stage="reinstatement", occurred_on=date(2026, 7, 1)),
                # A day apart, and a claim or the future that must not replace the field.
                b.a_contract("C-8", cancelled_on=date(2026, 6, 5), **signed),
                b.an_event("V-11", "C-8", stage="cancellation", occurred_on=date(2026, 6, 6)),
                b.a_contract("C-10", cancelled_on=date(2026, 6, 5), **signed),
                b.an_event(
                    "X-6",
                    "C-10",
                    uploader="P-1",
                    stage="cancellation",
                    occurred_on=date(2026, 6, 5),
                ),
                b.an_event("V-12", "C-10", stage="cancellation", occurred_on=date(2026, 11, 1)),
                # The CRM's onboarding counts, though the partner claims an earlier one.
                b.an_event("V-13", "C-8", occurred_on=date(2026, 5, 20)),
                b.an_event("X-7", "C-8", uploader="P-1", occurred_on=date(2026, 5, 2)),
                b.a_contract("C-4", cancelled_on=date(2026, 11, 1), **signed),
                b.an_event("X-5", "C-4", uploader="P-1", stage="cancellation"),
                # Renewals: due 2026-02-28 (31 January + 13 months), answered, then due again.
                b.a_contract("C-5", **signed | year),
                b.an_event(
                    "V-10", "C-5", stage="renewal", occurred_on=date(2026, 2, 20), term_months=6
                ),
                b.a_contract("C-6", **signed | year, cancelled_on=date(2026, 2, 27)),
                b.a_contract("C-7", **signed | year | {"starts_on": date(2026, 1, 1)}),
            ]
        },
    )


def events(con, contract_id, columns, stages="%"):
    sql = f"""select {columns} from marts.fct_funnel_events
              where contract_id = ? and stage like ? order by all"""
    return con.execute(sql, [contract_id, stages]).fetchall()


def test_event_told_at_both_doors_appears_once(con):
    found = events(con, "C-1", "event_id, source, is_confirmed, occurred_on", "onboarding")
    assert found == [("V-1", "both", True, date(2026, 6, 1))]


def test_customer_success_counts_from_the_partners_door(con):
    assert events(con, "C-1", "event_id, source, is_confirmed", "customer_success") == [
        ("P-1:X-2", "partner", True)
    ]


def test_renewal_counts_only_once_the_crm_has_it(con):
    assert events(con, "C-1", "source, is_confirmed", "renewal") == [("partner", False)]


def test_event_of_an_unknown_contract_is_not_in_the_stream(con):
    assert events(con, "P-1:C-9", "stage") == []


def test_upsells_count_each_and_an_empty_amount_is_zero(con):
    assert events(con, "C-1", "event_id, amount_yen", "upsell") == [("V-3", 700), ("V-4", 0)]


def test_contract_event_carries_the_initial_fee(con):
    assert events(con, "C-1", "funnel_event_id, amount_yen", "contract") == [("contract:C-1", 500)]


def test_evidence_lists_the_kinds_received_by_the_business_day(con):
    assert events(con, "C-1", "evidence", "agreement") == [("application_form;consent_form",)]


def test_cancellation_of_field_and_event_is_one(con):
    assert events(con, "C-2", "event_id", "cancellation") == [("V-7",)]


def test_cancellation_of_field_and_event_on_other_days_is_one(con):
    assert events(con, "C-8", "event_id, occurred_on", "cancellation") == [
        ("V-11", date(2026, 6, 6))
    ]


def test_cancellation_after_a_reinstatement_is_another(con):
    assert events(con, "C-3", "occurred_on, event_id", "cancellation") == [
        (date(2026, 6, 1), "V-8"),
        (date(2026, 9, 1), None),
    ]


def test_claim_or_future_event_does_not_replace_the_cancellation_of_the_crm(con):
    assert events(con, "C-10", "is_confirmed, event_id", "cancellation") == [
        (False, "P-1:X-6"),
        (True, None),
    ]


def test_earliest_onboarding_counts_from_either_door(con):
    assert events(con, "C-8", "event_id, occurred_on", "onboarding") == [
        ("P-1:X-7", date(2026, 5, 2))
    ]


def test_cancellation_in_force_comes_after_the_last_reinstatement(con):
    found = con.execute(
        "select contract_id, cancelled_on from intermediate.int_cancellations order by 1"
    )
    assert found.fetchall() == [
        ("C-10", date(2026, 6, 5)),
        ("C-2", date(2026, 8, 1)),
        ("C-3", date(2026, 9, 1)),
        ("C-6", date(2026, 2, 27)),
        ("C-8", date(2026, 6, 5)),
    ]


def test_renewals_are_due_by_the_terms_and_answered_in_order(con):
    found = con.execute(
        """select term_number, due_on, renewed_on from marts.fct_renewals
           where contract_id = 'C-5' order by 1"""
    )
    assert found.fetchall() == [
        (1, date(2026, 2, 28), date(2026, 2, 20)),
        (2, date(2026, 8, 31), None),
    ]


def test_renewal_is_not_due_after_a_cancellation_or_after_the_business_day(con):
    found = con.execute(
        "select contract_id from marts.fct_renewals where contract_id in ('C-6', 'C-7')"
    )
    assert found.fetchall() == []
