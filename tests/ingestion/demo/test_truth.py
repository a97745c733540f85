"""The labels say what the files show: every scheme is there, and seen in the data."""

from __future__ import annotations

import polars as pl
import pytest

SCHEMES = {
    "reused_consent",
    "self_dealing",
    "duplicate_across_partners",
    "duplicate_same_partner",
    "contract_without_consent",
    "backdated_contract",
    "undisclosed_seller",
    "churn_after_clawback",
    "shared_payer",
    "lead_padding",
    "ghost_contract",
    "unauthorised_discount",
}
LOOK_ALIKES = {
    "group_company",
    "branch_switchboard",
    "new_rep",
    "consent_on_third_day",
    "employee_real_user",
    "two_products",
    "blank_form",
}


def labelled(company, scheme):
    return company.truth.filter(pl.col("scheme") == scheme)["contract_id"].implode()


def test_truth_holds_every_scheme_and_look_alike(company):
    wrong = company.truth.filter("is_wrong")["scheme"].unique()
    honest = company.truth.filter(~pl.col("is_wrong"))["scheme"].unique()

    assert set(wrong) == SCHEMES
    assert set(honest) == LOOK_ALIKES


def test_truth_names_few_partners_and_few_records(company):
    wrong = company.truth.filter("is_wrong")

    assert 4 <= wrong["partner_id"].n_unique() <= 8
    assert wrong.height < 0.03 * company.crm("leads").height


@pytest.mark.parametrize("kind", ["lead", "contract"])
def test_truth_subjects_are_delivered(company, kind):
    subjects = company.truth.filter(pl.col("subject_kind") == kind)["subject_id"]
    column, entity = {"lead": ("リード ID", "leads"), "contract": ("商談 ID", "contracts")}[kind]

    assert subjects.is_in(company.crm(entity)[column].implode()).mean() > 0.95


def test_reused_consents_share_documents(company):
    papers = company.crm("evidence").filter(
        pl.col("contract_id").is_in(labelled(company, "reused_consent")),
        pl.col("evidence_kind") == "consent_form",
    )

    assert papers["document_sha256"].n_unique() < papers["contract_id"].n_unique()


def test_contracts_without_consent_have_none(company):
    papers = company.crm("evidence").filter(
        pl.col("contract_id").is_in(labelled(company, "contract_without_consent"))
    )

    assert "consent_form" not in papers["evidence_kind"].to_list()


def test_backdated_contracts_come_before_their_leads(company):
    deals = company.crm("contracts").filter(
        pl.col("商談 ID").is_in(labelled(company, "backdated_contract"))
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
    padded = company.truth.filter(pl.col("scheme") == "lead_padding")["lead_id"]
    leads = company.crm("leads").filter(pl.col("リード ID").is_in(padded.implode()))
    numbers = leads["電話"].str.replace_all("-", "").cast(pl.Int64).sort()

    assert (numbers.diff().drop_nulls() == 1).mean() > 0.8


def test_ghost_contracts_are_never_used(company):
    events = company.crm("contract_events").filter(
        pl.col("contract_id").is_in(labelled(company, "ghost_contract"))
    )

    assert set(events["stage"]) <= {"cancellation"}
