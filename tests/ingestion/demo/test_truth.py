"""The labels say what the files show: every scheme is there, and seen in the data."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from ingestion.demo.simulation import simulate
from ingestion.demo.world import Period

SCHEMES = {
    "after_hours_block",
    "attribution_flip",
    "cancel_and_rejoin",
    "churn_after_clawback",
    "closing_spike_then_cancel",
    "complaint_rate",
    "consent_inconsistent",
    "consent_missing",
    "consent_reused",
    "contract_splitting",
    "coverage_blackout",
    "downstream_collapse",
    "duplicate_lead_across_partners",
    "duplicate_lead_same_partner",
    "duplicate_partner",
    "ghost_contract",
    "impossible_timeline",
    "invalid_contacts",
    "lead_already_known",
    "low_persistency",
    "out_of_territory",
    "payee_change",
    "post_close_drift",
    "product_twisting",
    "prohibited_act",
    "record_mismatch",
    "repeated_amount",
    "ring",
    "self_dealing",
    "shared_payer",
    "similar_contact_farm",
    "submission_velocity",
    "threshold_hugging",
    "too_good_conversion",
    "unauthorised_discount",
    "undisclosed_sub_agent",
    "untrained_seller",
}
LOOK_ALIKES = {
    "group_company",
    "branch_switchboard",
    "new_rep",
    "consent_on_third_day",
    "employee_real_user",
    "two_products",
    "blank_form",
    "group_payer",
    "evening_list",
}
# Honest mistakes that break a rule all the same; a small company may have none.
SLIPS = {"stray_customer"}


def labelled(company, scheme):
    return company.truth.filter(pl.col("scheme") == scheme)["contract_id"].implode()


def test_truth_holds_every_scheme_and_look_alike(large):
    wrong = large.truth.filter("is_wrong")["scheme"].unique()
    honest = large.truth.filter(~pl.col("is_wrong"))["scheme"].unique()

    assert set(wrong) == SCHEMES
    assert set(honest) == LOOK_ALIKES | SLIPS


def test_truth_names_few_partners_and_few_records(large):
    wrong = large.truth.filter("is_wrong")

    # Ten cheats, one with a territory, one big one, and the second registration of one of them.
    assert 8 <= wrong["partner_id"].n_unique() <= 13
    assert wrong.height < 0.06 * large.crm("leads").height


def test_truth_of_a_clean_company_knows_no_wrong_and_the_same_look_alikes(clean):
    assert not clean.truth["is_wrong"].any()
    assert set(clean.truth["scheme"]) - SLIPS == LOOK_ALIKES


def test_stray_customers_live_outside_their_partners_territory(large):
    strays = large.truth.filter(pl.col("scheme") == "stray_customer")
    territories = large.crm("agreements").drop_nulls("territory").unique("partner_id")
    deals = large.crm("contracts").join(strays, left_on="商談 ID", right_on="contract_id")
    placed = deals.join(territories, on="partner_id")

    assert placed.height
    assert (
        not placed.select(pl.col("territory").str.contains(pl.col("prefecture"))).to_series().any()
    )


def test_honest_records_are_the_same_in_a_clean_world():
    period = Period(date(2025, 5, 1), date(2026, 10, 31))
    clean, mixed = (simulate(7, 2_000, period, schemes=wanted) for wanted in (False, True))
    honest = mixed.contracts.filter(pl.col("contract_ix") < clean.contracts.height)
    touched = mixed.labels.filter("is_wrong", pl.col("subject_kind") == "contract")["subject_ix"]
    by_twin = pl.col("partner_ix") >= mixed.partners.height - 1
    untouched = ~pl.col("contract_ix").is_in(touched.implode()) & ~by_twin

    kept = honest.filter(untouched)
    assert kept.equals(clean.contracts.join(kept, on="contract_ix", how="semi"))


def test_scheme_of_no_known_name_is_refused():
    with pytest.raises(ValueError, match="no such scheme"):
        simulate(7, 300, Period(date(2026, 5, 1), date(2026, 10, 31)), schemes=["theft"])


def test_one_scheme_alone_is_committed():
    world = simulate(7, 2_000, Period(date(2025, 5, 1), date(2026, 10, 31)), schemes=["ring"])

    assert set(world.labels.filter("is_wrong")["scheme"]) == {"ring"}


@pytest.mark.parametrize("kind", ["lead", "contract"])
def test_truth_subjects_are_delivered(company, kind):
    subjects = company.truth.filter(pl.col("subject_kind") == kind)["subject_id"]
    column, entity = {"lead": ("リード ID", "leads"), "contract": ("商談 ID", "contracts")}[kind]

    delivered = pl.concat([company.crm_of(night, entity)[column] for night in range(3)])
    assert subjects.is_in(delivered.implode()).mean() > 0.98


def test_reused_consents_share_documents(company):
    papers = company.crm("evidence").filter(
        pl.col("contract_id").is_in(labelled(company, "consent_reused")),
        pl.col("evidence_kind") == "consent_form",
    )

    assert papers["document_sha256"].n_unique() < papers["contract_id"].n_unique()


def test_contracts_without_consent_have_none(company):
    papers = company.crm("evidence").filter(
        pl.col("contract_id").is_in(labelled(company, "consent_missing"))
    )

    assert "consent_form" not in papers["evidence_kind"].to_list()


def test_backdated_contracts_come_before_their_leads(company):
    deals = company.crm("contracts").filter(
        pl.col("商談 ID").is_in(labelled(company, "impossible_timeline"))
    )
    deals = deals.join(company.crm("leads"), left_on="lead_id", right_on="リード ID")

    assert deals.height
    assert (deals["完了予定日"] < deals["作成日"].str.head(10)).all()


def test_self_dealers_share_something_with_their_customers(company):
    deals = company.crm("contracts").filter(
        pl.col("商談 ID").is_in(labelled(company, "self_dealing"))
    )
    partners = company.crm("partners").select("partner_id", "phone", "address", "email")
    rep_phones = company.crm("partner_reps")["phone"]
    deals = deals.join(partners, on="partner_id", suffix="_of_partner")
    domain = pl.col("email").str.split("@").list.last()

    shares = deals.select(
        (pl.col("電話") == pl.col("phone"))
        | pl.col("電話").is_in(rep_phones.implode())
        | (pl.col("address") == pl.col("address_of_partner"))
        | (pl.col("メール").str.split("@").list.last() == domain)
    )
    assert shares.to_series().all()


def test_padded_leads_have_phones_that_count_upwards(company):
    padded = company.truth.filter(pl.col("scheme") == "similar_contact_farm")["lead_id"]
    leads = company.crm("leads").filter(pl.col("リード ID").is_in(padded.implode()))
    numbers = leads["電話"].str.replace_all("-", "").cast(pl.Int64).sort()

    assert (numbers.diff().drop_nulls() == 1).mean() > 0.8


def test_ghost_contracts_are_never_used(company):
    events = company.crm("contract_events").filter(
        pl.col("contract_id").is_in(labelled(company, "ghost_contract"))
    )

    assert set(events["stage"]) <= {"cancellation"}
