"""The company as a world: keys hold, causes come before effects, sellers push at month ends."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from ingestion.demo.business_days import holidays
from ingestion.demo.simulation import simulate
from ingestion.demo.world import Period, check_digit


@pytest.fixture(scope="module")
def world():
    return simulate(7, 8_000, Period(date(2025, 5, 1), date(2026, 10, 31)))


@pytest.fixture(scope="module")
def honest(world):
    wrong = world.labels.filter("is_wrong", pl.col("subject_kind") == "contract")["subject_ix"]
    registered = world.leads.select("lead_ix", lead_on=pl.col("registered_at").dt.date())
    deals = world.contracts.filter(~pl.col("contract_ix").is_in(wrong.implode()))
    return deals.join(registered, on="lead_ix")


@pytest.mark.parametrize(
    ("child", "column", "parent", "key"),
    [
        ("leads", "partner_id", "partners", "partner_id"),
        ("leads", "product_id", "products", "product_id"),
        ("contracts", "lead_id", "leads", "リード ID"),
        ("contracts", "partner_id", "partners", "partner_id"),
        ("contract_events", "contract_id", "contracts", "商談 ID"),
        ("evidence", "contract_id", "contracts", "商談 ID"),
        ("agreements", "partner_id", "partners", "partner_id"),
        ("commission_terms", "agreement_id", "agreements", "agreement_id"),
        ("commission_tiers", "term_id", "commission_terms", "term_id"),
        ("partner_reps", "partner_id", "partners", "partner_id"),
        ("partners", "parent_partner_id", "partners", "partner_id"),
    ],
)
def test_crm_foreign_keys_hold(company, child, column, parent, key):
    used = company.crm(child)[column].drop_nulls()

    assert len(used)
    assert used.is_in(company.crm(parent)[key].implode()).all()


def test_crm_reps_are_registered_but_for_the_hidden_ones(company):
    hidden = company.truth.filter(pl.col("scheme") == "undisclosed_sub_agent")["contract_id"]
    open_deals = company.crm("contracts").filter(~pl.col("商談 ID").is_in(hidden.implode()))

    known = company.crm("partner_reps")["rep_id"]
    assert open_deals["rep_id"].drop_nulls().is_in(known.implode()).all()


def test_honest_deals_go_through_their_stages_in_order(honest):
    signed = honest.filter(pl.col("contracted_on").is_not_null())

    assert (honest["lead_on"] <= honest["agreed_on"]).all()
    assert (signed["agreed_on"] <= signed["contracted_on"]).all()
    assert (signed["contracted_on"] <= signed["starts_on"]).all()
    assert (signed["starts_on"] < signed["cancelled_on"]).all()


def test_honest_reps_are_at_work_when_they_sell(world, honest):
    sold = honest.filter(pl.col("partner_ix") >= 0, pl.col("contracted_on").is_not_null())
    reps = world.reps.select("rep_ix", "started_on", "ended_on", employer="partner_ix")
    sold = sold.join(reps, on="rep_ix")

    assert (sold["started_on"] <= sold["contracted_on"]).all()
    assert (sold["ended_on"] >= sold["contracted_on"]).all()
    assert (sold["employer"] == sold["partner_ix"]).all()


def test_events_happen_after_the_start_and_before_the_end(world):
    events = world.events.join(world.contracts, on="contract_ix", suffix="_of_contract")
    lived = events.filter(~pl.col("stage").is_in(["cancellation", "reinstatement"]))
    ended = lived.filter(pl.col("reinstated_on").is_null())

    assert (lived["occurred_on"] > lived["starts_on"]).all()
    assert (ended["occurred_on"] < ended["cancelled_on"]).all()


def test_honest_consents_are_signed_between_lead_and_agreement(world, honest):
    consents = world.evidence.filter(pl.col("kind") == "consent_form")
    signed = honest.join(consents, on="contract_ix", suffix="_of_paper")

    assert (signed["lead_on"] <= signed["signed_on"]).all()
    assert (signed["signed_on"] <= signed["agreed_on"]).all()


def test_contracts_are_pushed_to_the_month_end(world):
    days = world.contracts["contracted_on"].drop_nulls()
    last_three = (days.dt.month_end() - days).dt.total_days() < 3

    assert last_three.mean() > 1.5 * 3 / 30.4


def test_holidays_follow_the_law():
    days = {str(day) for day in holidays(2025, 2026)}

    assert {"2026-01-12", "2026-03-20", "2026-09-22", "2026-09-23", "2026-10-12"} <= days
    assert {"2025-05-06", "2026-05-06", "2025-11-24"} <= days  # substitutes of a Sunday's holiday
    assert "2026-10-13" not in days


def test_corporate_numbers_carry_their_check_digit(world):
    numbers = world.partners["corporate_number"].drop_nulls()
    base = numbers.str.slice(1).cast(pl.Int64).to_numpy()

    assert numbers.str.len_chars().unique().to_list() == [13]
    assert (check_digit(base) == numbers.str.head(1).cast(pl.Int64).to_numpy()).all()
    # Published examples of the check digit.
    assert check_digit(pl.Series([12050002, 11001098993]).to_numpy()).tolist() == [7, 4]


def test_partners_have_sub_agents_two_levels_down(world):
    parent = dict(world.partners.select("partner_ix", "parent_ix").iter_rows())
    grandparents = {parent[parent[ix]] for ix in parent if parent[ix] >= 0}

    assert any(ix >= 0 for ix in grandparents)


def test_terms_that_must_not_pay_are_there(company):
    terms = company.crm("commission_terms")

    assert terms.filter(pl.col("approved_by").is_null(), pl.col("scenario").is_null()).height == 1
    assert terms.filter(pl.col("approved_by") == pl.col("proposed_by")).height == 1
    drafts = terms.filter(pl.col("scenario").is_not_null())
    assert drafts.height > 0
    assert drafts["approved_by"].null_count() == drafts.height


def test_terms_show_every_kind_of_price(company):
    terms, steps = company.crm("commission_terms"), company.crm("clawback_steps")

    assert {"count", "amount"} <= set(terms["tier_measure"])
    assert {"full", "linear", "stepped"} <= set(terms["clawback_method"])
    assert {"seller", "parent"} == set(terms["payee"])
    for column in ("recurring_months", "cap_window_yen", "maturation_days"):
        assert terms[column].null_count() < terms.height
    assert set(steps["term_id"]) <= set(terms["term_id"])


def test_evening_lists_are_typed_between_five_and_seven(world):
    typed = world.labels.filter(pl.col("scheme") == "evening_list")["partner_ix"]
    leads = world.leads.filter(pl.col("partner_ix").is_in(typed.implode()))
    wrong = world.labels.filter("is_wrong", pl.col("subject_kind") == "lead")["subject_ix"]
    honest = leads.filter(~pl.col("lead_ix").is_in(wrong.implode()))

    assert honest["registered_at"].dt.hour().is_between(17, 18).mean() > 0.95


def test_partners_months_scatter_more_than_chance_makes_them():
    world = simulate(7, 24_000, Period(date(2025, 5, 1), date(2026, 10, 31)), schemes=False)
    sold = world.leads.filter(pl.col("partner_ix") >= 0).with_columns(
        month=pl.col("registered_at").dt.truncate("1mo"), won=pl.col("agreed_on").is_not_null()
    )
    rate = pl.col("won").mean().over("partner_ix")
    months = (
        sold.with_columns(rate=rate)
        .group_by("partner_ix", "month")
        .agg(pl.len(), pl.col("won").sum(), pl.col("rate").first())
        .filter(pl.col("len") >= 20)
    )
    expected = pl.col("len") * pl.col("rate")
    spread = (pl.col("won") - expected) ** 2 / (expected * (1 - pl.col("rate")))

    assert months.select(spread.mean()).item() > 1.1
