"""Every scheme that touches contracts leaves its trace in the files that are delivered."""

from __future__ import annotations

from datetime import timedelta

import polars as pl


def papers_of(large, scheme):
    """The consent forms of the labelled contracts, days as days."""
    mine = pl.col("contract_id").is_in(large.subjects(scheme, "contract").implode())
    forms = large.crm("evidence").filter(mine, pl.col("evidence_kind") == "consent_form")
    return forms.with_columns(pl.col("signed_on").str.to_date())


def test_closing_spikes_are_signed_on_the_last_days_and_most_end(large):
    deals = large.deals("closing_spike_then_cancel")
    to_month_end = deals["contracted_on"].dt.month_end() - deals["contracted_on"]

    assert (to_month_end.dt.total_days() < 3).all()
    assert deals["cancelled_on"].is_not_null().mean() > 0.4


def test_customers_of_low_persistency_leave_after_three_months_or_more(large):
    deals = large.deals("low_persistency")
    lived = (deals["cancelled_on"] - deals["starts_on"]).dt.total_days().drop_nulls()

    assert lived.min() >= 90
    assert lived.median() < 200


def test_customers_kept_for_the_clawback_leave_soon_after_it(large):
    deals = large.deals("churn_after_clawback")
    partner = deals["partner_id"][0].replace("PT", "A")
    terms = large.crm("commission_terms").filter(pl.col("agreement_id") == partner)
    months = terms["clawback_months"].cast(pl.Int64).max()
    window = deals["starts_on"].dt.offset_by(f"{months}mo")
    over = (deals["cancelled_on"] - window).dt.total_days().drop_nulls()

    assert over.is_between(2, 55).all()


def test_twisted_customers_have_a_dearer_product_soon_after_the_old_one(large):
    deals = large.deals("product_twisting").sort("取引先名", "contracted_on")
    pairs = (
        deals.group_by("取引先名", maintain_order=True)
        .agg(
            pl.col("product_id").n_unique(),
            gap=(pl.col("contracted_on").last() - pl.col("cancelled_on").first()).dt.total_days(),
            n=pl.len(),
        )
        .filter(pl.col("n") == 2)
    )

    assert len(pairs)
    assert (pairs["product_id"] == 2).all()
    assert (pairs["gap"].abs() <= 30).all()


def test_rejoined_customers_were_cancelled_before(large):
    again = large.deals("cancel_and_rejoin").select("取引先名", "partner_id", again="contracted_on")
    contracts = large.crm("contracts").filter(pl.col("cancelled_on").is_not_null())
    ended = contracts.with_columns(pl.col("cancelled_on").str.to_date("%Y/%m/%d"))
    gone = again.join(ended, on=["取引先名", "partner_id"])

    assert gone["取引先名"].n_unique() == again["取引先名"].n_unique()
    assert (gone["again"] > gone["cancelled_on"]).any()


def test_complaints_are_many_where_customers_were_pushed(large):
    mine = large.crm("complaints").filter(
        pl.col("contract_id").is_in(large.subjects("complaint_rate", "contract").implode())
    )

    assert mine["contract_id"].n_unique() > 0.9 * len(large.subjects("complaint_rate", "contract"))
    assert "cooling_off" in mine["kind"].to_list()


def test_prohibited_acts_are_verified_complaints(large):
    mine = large.crm("complaints").filter(
        pl.col("contract_id").is_in(large.subjects("prohibited_act", "contract").implode())
    )

    assert (mine["verified"] == "true").sum() == mine["contract_id"].n_unique()
    assert (
        not large.crm("complaints")
        .filter(pl.col("verified") == "true")["kind"]
        .is_in(["other", "cooling_off"])
        .any()
    )


def test_arranged_deals_are_leads_for_days_only(large):
    deals = large.deals("too_good_conversion").join(
        large.crm("leads").select("作成日", lead_id="リード ID"), on="lead_id"
    )
    registered = deals["作成日"].str.head(10).str.to_date("%Y/%m/%d")

    assert (deals["agreed_on"] - registered).dt.total_days().median() <= 4


def test_ghost_contracts_are_never_paid_for(large):
    fees = large.crm("collections").filter(
        pl.col("contract_id").is_in(large.subjects("ghost_contract", "contract").implode())
    )

    assert fees.height
    assert fees["collected_on"].null_count() == fees.height


def test_inconsistent_consents_are_older_than_their_lead(large):
    forms = papers_of(large, "consent_inconsistent")
    contracts = large.crm("contracts").select("lead_id", contract_id="商談 ID")
    leads = large.crm("leads").select("作成日", lead_id="リード ID")
    forms = forms.join(contracts, on="contract_id").join(leads, on="lead_id")

    assert (forms["signed_on"] < forms["作成日"].str.head(10).str.to_date("%Y/%m/%d")).all()


def test_discounts_of_the_scheme_are_beyond_the_limit(large):
    deals = large.deals("unauthorised_discount").join(large.crm("products"), on="product_id")
    rate, limit = (deals[name].cast(pl.Float64) for name in ("discount_rate", "max_discount_rate"))

    assert (rate > limit).all()


def test_repeated_amounts_are_one_amount(large):
    deals = large.deals("repeated_amount")

    assert deals.height > 20
    assert deals.filter(pl.col("monthly_yen") > 0).n_unique(["initial_yen", "monthly_yen"]) <= 2


def test_split_contracts_stand_beside_each_other(large):
    deals = large.deals("contract_splitting")
    groups = deals.group_by("取引先名", "product_id", "monthly_yen").agg(
        n=pl.len(), span=pl.col("contracted_on").max() - pl.col("contracted_on").min()
    )

    assert (groups["n"] >= 2).mean() > 0.8
    assert (groups["span"] < timedelta(14)).all()


def test_hugged_thresholds_are_filled_with_the_smallest_contracts_at_a_closing_day(large):
    deals = large.deals("threshold_hugging")
    partner = deals["partner_id"][0]
    agreements = large.crm("agreements").filter(pl.col("partner_id") == partner)
    closing = int(agreements["closing_day"][0])
    ends = pl.min_horizontal(pl.lit(closing), pl.col("contracted_on").dt.month_end().dt.day())
    before = deals.select(ends - pl.col("contracted_on").dt.day()).to_series()

    assert before.is_between(0, 2).all()
    assert deals["monthly_yen"].max() < large.deals("low_persistency")["monthly_yen"].median()


def test_consents_of_hugged_thresholds_come_before_the_period_closes(large):
    deals = large.deals("threshold_hugging").select("contract_id", "contracted_on")
    papers = papers_of(large, "threshold_hugging").join(deals, on="contract_id")
    received = papers["received_at"].str.head(10).str.replace_all("/", "-").str.to_date()

    assert (received == papers["contracted_on"]).all()


def test_customers_out_of_territory_live_elsewhere(large):
    deals = large.deals("out_of_territory")
    partner = deals["partner_id"][0]
    agreements = large.crm("agreements").filter(pl.col("partner_id") == partner)
    allowed = agreements["territory"].drop_nulls()[0].split(";")

    assert not deals["prefecture"].is_in(allowed).any()


def test_ring_ties_two_partners_and_more_customers(large):
    deals = large.deals("ring")
    reps = large.crm("partner_reps").filter(pl.col("phone") == deals["電話"][0])

    assert deals["partner_id"].n_unique() >= 2
    assert deals["取引先名"].n_unique() >= 3
    assert deals["payer_account"].n_unique() == 1
    assert reps["partner_id"].n_unique() == 2


def test_shared_payers_pay_for_many_companies(large):
    deals = large.deals("shared_payer")

    assert deals.group_by("payer_account").len()["len"].max() >= 3
    fees = large.crm("collections").filter(
        pl.col("payer_account").is_in(deals["payer_account"].implode())
    )
    assert fees["contract_id"].n_unique() >= deals.height / 2


def test_drifted_amounts_are_higher_in_a_later_delivery(large):
    first = large.deals("post_close_drift").select("contract_id", "initial_yen")
    later = pl.concat([large.crm_of(k, "contracts") for k in (1, 2)], how="diagonal_relaxed")
    later = later.select(contract_id="商談 ID", later_yen=pl.col("金額").cast(pl.Int64))
    changed = first.join(later, on="contract_id")

    assert changed["contract_id"].n_unique() == first.height
    assert (changed["later_yen"] > changed["initial_yen"]).all()


def test_flipped_deals_belong_to_nobody_in_an_earlier_delivery(large):
    flipped = large.subjects("attribution_flip", "contract").implode()
    late = pl.concat([large.crm_of(k, "contracts") for k in (1, 2)], how="diagonal_relaxed")
    late = late.filter(pl.col("商談 ID").is_in(flipped), pl.col("partner_id").is_not_null())
    leads = large.crm("leads").filter(pl.col("リード ID").is_in(late["lead_id"].implode()))

    assert leads.height == late["lead_id"].n_unique() > 0
    assert leads["partner_id"].null_count() == leads.height
    assert set(leads["channel"]) == {"marketing"}
