"""What the vendor's office sends: fees, payments, clauses, costs, complaints and courses."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from ingestion.demo import pay_statements


@pytest.mark.parametrize(
    ("child", "column", "parent", "key"),
    [
        ("collections", "contract_id", "contracts", "商談 ID"),
        ("trainings", "rep_id", "partner_reps", "rep_id"),
        ("complaints", "partner_id", "partners", "partner_id"),
        ("complaints", "contract_id", "contracts", "商談 ID"),
        ("agreement_clauses", "agreement_id", "agreements", "agreement_id"),
    ],
)
def test_office_foreign_keys_hold(company, child, column, parent, key):
    used = company.crm(child)[column].drop_nulls()

    assert len(used)
    assert used.is_in(company.crm(parent)[key].implode()).all()


def test_fees_are_due_monthly_and_nearly_all_collected(company):
    fees = company.crm("collections")
    due = fees["due_on"].str.to_date()

    assert fees["collection_id"].is_unique().all()
    assert due.max() <= company.deliveries[0].business_day
    assert 0.95 < 1 - fees["collected_on"].null_count() / fees.height < 1
    assert fees.group_by("contract_id").len()["len"].max() > 10


def test_fee_collected_late_is_sent_again(company):
    first = company.crm("collections").filter(pl.col("collected_on").is_null())
    later = pl.concat([company.crm_of(k, "collections") for k in (1, 2)])
    caught_up = later.filter(pl.col("collection_id").is_in(first["collection_id"].implode()))

    assert caught_up.height
    assert caught_up["collected_on"].null_count() == 0


def test_some_terms_wait_for_the_fee(company):
    terms = company.crm("commission_terms")
    waiting = terms.filter(pl.col("requires_collection") == "true")

    assert waiting.height
    assert waiting["recurring_months"].null_count() == 0


def test_payments_of_the_last_month_come_with_the_last_delivery(company):
    paid = company.crm_of(2, "payouts")

    assert paid.height > 10
    assert set(paid["paid_on"].str.head(7)) == {"2026-10"}
    assert (paid["amount_yen"].cast(pl.Int64) > 0).all()


def test_costs_are_told_for_every_ended_month_and_channel(company):
    costs = company.crm("channel_costs")

    assert costs["month"].n_unique() == 17  # May 2025 to September 2026
    assert set(costs["channel"]) == {"partner", "marketing", "sales"}
    assert costs.select("month", "channel", "cost_kind").is_unique().all()


def test_honest_reps_hold_a_valid_course_on_every_working_day(company):
    untrained = company.subjects("untrained_seller", "rep").implode()
    courses = company.crm("trainings").filter(
        pl.col("course") == "prohibited_acts", ~pl.col("rep_id").is_in(untrained)
    )
    days = courses.with_columns(pl.col("completed_on", "expires_on").str.to_date())
    days = days.sort("rep_id", "completed_on").with_columns(
        before=pl.col("expires_on").shift().over("rep_id")
    )
    reps = company.crm("partner_reps").select("rep_id", pl.col("started_on").str.to_date())
    first = days.group_by("rep_id").agg(pl.col("completed_on").min()).join(reps, on="rep_id")

    assert (days["before"] >= days["completed_on"]).all()
    assert (first["completed_on"] <= first["started_on"]).all()


def test_clauses_name_every_consequence_but_none_twice(company):
    clauses = company.crm("agreement_clauses")

    assert set(clauses["consequence"]) == {"notice", "hold", "forfeit", "penalty", "terminate"}
    assert clauses.select("agreement_id", "version", "clause").is_unique().all()
    assert date(2026, 9, 30) == company.deliveries[0].business_day


def test_one_phone_of_twenty_is_mistyped_by_honest_senders(clean):
    digits = clean.crm("leads")["電話"].str.replace_all("-", "").str.len_chars()

    assert 0.03 < (digits != 10).mean() < 0.08  # of landlines


def test_group_payer_pays_for_companies_of_one_group(clean):
    deals = clean.deals("group_payer")

    assert deals["payer_account"].n_unique() == 1
    assert deals["取引先名"].str.contains("日の出").all()
    assert deals["メール"].str.ends_with("@hinode-group.example").all()


def test_closed_statements_are_paid_when_due_one_short_and_one_too_much(tmp_path):
    due = {"PT-1": 50_000, "PT-2": 30_000, "PT-3": 0, "PT-4": 70_001}
    statements = pl.DataFrame(
        {"statement_id": [f"S-{p}" for p in due], "partner_id": list(due)}
    ).with_columns(amount_due_yen=pl.Series(list(due.values())), due_on=pl.lit(date(2026, 10, 30)))
    older = statements.with_columns(
        pl.format("{}-older", "statement_id"), due_on=pl.lit(date(2026, 9, 30))
    )
    later = statements.with_columns(due_on=pl.lit(date(2026, 11, 30)))

    paid = pay_statements(tmp_path, pl.concat([statements, older, later]), date(2026, 10, 31))

    last = paid.filter(pl.col("paid_on") == date(2026, 10, 30))
    assert dict(last.select("partner_id", "amount_yen").iter_rows()) == {
        "PT-1": 45_000,
        "PT-2": 33_000,
        "PT-4": 70_001,
    }
    assert paid.filter(paid_on=date(2026, 9, 30))["amount_yen"].to_list() == [
        50_000,
        30_000,
        70_001,
    ]
    assert paid.height == 6
    sent = pl.read_csv(next((tmp_path / "crm" / "backoffice").iterdir()), try_parse_dates=True)
    assert sent.equals(paid)
