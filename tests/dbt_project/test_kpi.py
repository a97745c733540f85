"""KPIs are true to their cohort and add up."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

NIGHT = "2026-07-31#1"
APRIL, JUNE = datetime(2026, 4, 5, 3), datetime(2026, 6, 30, 15)  # 15:00 UTC is 1 July in Tokyo


@pytest.fixture(scope="module")
def con(warehouse, build):
    b = build
    own = {"partner_id": "P-1"}
    return warehouse(
        {
            NIGHT: [
                b.a_partner("P-1", joined_on=date(2026, 3, 15)),
                b.a_partner("P-2", joined_on=date(2026, 1, 1), ended_on=date(2026, 5, 10)),
                b.a_rep("R-1", "P-1"),
                b.a_rep("R-2", "P-1", ended_on=date(2026, 4, 30)),
                b.a_lead(
                    "L-1", registered_at=APRIL, meeting_on=date(2026, 5, 2), rep_id="R-1", **own
                ),
                b.a_lead("L-2", registered_at=APRIL, rep_id="R-1", **own),
                b.a_lead("L-3", registered_at=APRIL, lead_status="rejected", **own),
                b.a_lead("L-4", registered_at=APRIL, **own),
                b.a_lead("L-5", registered_at=JUNE, **own),
                b.a_lead("L-6", registered_at=APRIL, channel="marketing"),
                b.a_contract(
                    "C-1",
                    lead_id="L-1",
                    agreed_on=date(2026, 5, 5),
                    contracted_on=date(2026, 5, 9),
                    initial_yen=100,
                    monthly_yen=10,
                    term_months=24,
                    **own,
                ),
                b.a_contract("C-2", lead_id="L-1", contracted_on=date(2026, 5, 9), **own),
                b.a_contract("C-3", uploader="P-1", contracted_on=date(2026, 5, 9)),
            ]
        },
    )


def cohort(con, month, stage, channel="partner"):
    sql = """select cohort_leads_count, reached_count, is_mature, conversion_rate
             from marts.kpi_funnel_cohorts where cohort_month = ? and stage = ? and channel = ?"""
    return con.execute(sql, [month, stage, channel]).fetchall()


def monthly(con, partner_id, month, columns):
    sql = f"select {columns} from marts.kpi_partner_monthly where partner_id = ? and month = ?"
    return con.execute(sql, [partner_id, month]).fetchone()


def test_cohort_counts_a_lead_once_per_stage(con):
    (found,) = cohort(con, date(2026, 4, 1), "contract")
    assert found[:2] == (4, 1)


def test_cohort_is_mature_days_after_the_end_of_its_month(con):
    # 30 April + 60 days is before, + 90 days is 29 July: both mature; July's leads are not.
    assert cohort(con, date(2026, 4, 1), "contract")[0][2] is True
    assert cohort(con, date(2026, 4, 1), "onboarding")[0][2:] == (False, None)
    assert cohort(con, date(2026, 7, 1), "lead")[0] == (1, 1, False, None)


def test_cohort_rejected_leads_stay_in_the_denominator(con):
    assert cohort(con, date(2026, 4, 1), "lead")[0][:2] == (4, 3)


def test_cohort_of_a_channel_without_partner_stands_alone(con):
    assert cohort(con, date(2026, 4, 1), "lead", "marketing")[0][:2] == (1, 1)


def test_month_counts_leads_and_their_acceptance(con):
    columns = "leads_count, accepted_leads_count, lead_acceptance_rate, active_reps_count"
    assert monthly(con, "P-1", date(2026, 4, 1), columns) == (4, 3, Decimal("0.75"), 1)


def test_month_counts_confirmed_contracts_and_their_yen(con):
    counts = "meetings_count, agreements_count, contracts_count"
    yen = "contracted_initial_yen, contracted_first_year_yen"
    assert monthly(con, "P-1", date(2026, 5, 1), f"{counts}, {yen}") == (1, 1, 2, 100, 220)


def test_month_without_anything_is_a_row_of_zeros(con):
    columns = (
        "leads_count, contracts_count, registered_reps_count, lead_acceptance_rate, is_complete"
    )
    assert monthly(con, "P-1", date(2026, 6, 1), columns) == (0, 0, 1, None, True)


def test_partner_counts_as_contracted_until_it_ends(con):
    ended = [monthly(con, "P-2", date(2026, month, 1), "is_contracted_partner") for month in (4, 5)]
    assert ended == [(True,), (False,)]
