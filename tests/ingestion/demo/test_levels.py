"""Level 4 is closer to honest trade than level 1: one number a family, against the clean world."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from ingestion.demo.simulation import simulate
from ingestion.demo.world import Period

PERIOD = Period(date(2025, 5, 1), date(2026, 10, 31))
DISPOSABLE = ("mailinator.com", "10minutemail.com", "guerrillamail.com", "yopmail.com", "aaa")


@pytest.fixture(scope="module")
def worlds():
    """The same company clean, blatant and subtle."""
    return {
        level: simulate(7, 24_000, PERIOD, level=level or None, schemes=bool(level))
        for level in (0, 1, 4)
    }


def of(world, partner, name="leads"):
    frame = getattr(world, name).filter(pl.col("partner_ix") == partner)
    return frame.join(world.customers, on="customer_ix") if name == "leads" else frame


def signed(world, partner):
    deals = of(world, partner, "contracts").filter(pl.col("contracted_on").is_not_null())
    return deals.join(world.customers, on="customer_ix")


def unreachable(world, partner):
    mail = of(world, partner)["email"].str.split("@").list.last()
    return mail.is_in(DISPOSABLE).mean()


def at_night(world, partner):
    return (of(world, partner)["registered_at"].dt.hour() < 5).mean()


def at_month_end(world, partner):
    day = signed(world, partner)["contracted_on"]
    return ((day.dt.month_end() - day).dt.total_days() < 3).mean()


def short_lived(world, partner):
    lived = pl.col("cancelled_on") - pl.col("starts_on")
    return (
        signed(world, partner).select((lived.dt.total_days() < 210).fill_null(False)).mean().item()
    )


def complained(world, partner):
    return of(world, partner, "complaints").height / signed(world, partner).height


def collapsed(world, partner):
    return of(world, partner)["agreed_on"].is_not_null().mean()


def closed_fast(world, partner):
    deals = signed(world, partner).join(world.leads, on="lead_ix")
    days = deals["contracted_on"] - deals["registered_at"].dt.date()
    return (days.dt.total_days() < 5).mean()


def repeated(world, partner):
    counts = signed(world, partner).group_by("initial_yen", "monthly_yen", "discount_rate").len()
    return counts.group_by("initial_yen", "monthly_yen").agg(pl.col("len").sum())["len"].max() / (
        counts["len"].sum()
    )


def own_contacts(world, partner):
    """Phones, addresses and mail domains of customers that are the partner's, a contract."""
    seller = world.partners.row(partner, named=True)
    deals = signed(world, partner)
    shared = (deals["phone"] == seller["phone"]).sum() + (
        deals["address"] == seller["address"]
    ).sum()
    mail = deals["email"].str.ends_with(f"@{seller['domain']}").sum()
    return (shared + mail) / deals.height


def without_consent(world, partner):
    forms = world.evidence.filter(pl.col("kind") == "consent_form")["contract_ix"]
    return (~signed(world, partner)["contract_ix"].is_in(forms.implode())).mean()


def paid_by_one(world, partner):
    return signed(world, partner)["payer_account"].value_counts()["count"].max()


def copied(world, partner):
    """Share of the partner's leads whose telephone number stands on an earlier one of others."""
    others = world.leads.filter(pl.col("partner_ix") != partner).join(
        world.customers, on="customer_ix"
    )["phone"]
    return of(world, partner)["phone"].is_in(others.drop_nulls().implode()).fill_null(False).mean()


def overclaimed(world, partner):
    deals = of(world, partner, "contracts")
    return deals.select(pl.coalesce("claimed_yen", "initial_yen").sum()).item() / (
        deals["initial_yen"].sum()
    )


@pytest.mark.parametrize(
    ("scheme", "measure"),
    [
        ("invalid_contacts", unreachable),
        ("after_hours_block", at_night),
        ("closing_spike_then_cancel", at_month_end),
        ("low_persistency", short_lived),
        ("complaint_rate", complained),
        ("downstream_collapse", collapsed),
        ("too_good_conversion", closed_fast),
        ("repeated_amount", repeated),
        ("self_dealing", own_contacts),
        ("consent_missing", without_consent),
        ("shared_payer", paid_by_one),
        ("duplicate_lead_across_partners", copied),
        ("record_mismatch", overclaimed),
    ],
)
def test_subtle_cheat_is_closer_to_honest_trade_than_a_blatant_one(worlds, scheme, measure):
    labels = worlds[1].labels.filter(pl.col("scheme") == scheme)
    partner = int(labels["partner_ix"].mode().min())
    honest, blatant, subtle = (float(measure(worlds[level], partner)) for level in (0, 1, 4))

    assert abs(subtle - honest) < abs(blatant - honest)


@pytest.mark.parametrize(
    ("scheme", "measure", "least", "most"),
    [
        ("closing_spike_then_cancel", at_month_end, 0.6, 1.0),  # everybody: a quarter
        ("downstream_collapse", collapsed, 0.0, 0.1),  # everybody: a quarter
        ("too_good_conversion", closed_fast, 0.55, 1.0),  # everybody: hardly any
    ],
)
def test_blatant_cheat_does_what_the_agreement_forbids_in_plain_sight(
    worlds, scheme, measure, least, most
):
    labels = worlds[1].labels.filter(pl.col("scheme") == scheme)
    partner = int(labels["partner_ix"].mode().min())

    assert least <= float(measure(worlds[1], partner)) <= most


def test_subtle_cheats_touch_fewer_records(worlds):
    wrong = {level: worlds[level].labels.filter("is_wrong").height for level in (0, 1, 4)}

    assert wrong[0] == 0
    assert wrong[4] * 2 < wrong[1]


def test_level_that_is_none_is_refused():
    with pytest.raises(ValueError, match="level"):
        simulate(7, 2_000, PERIOD, level=5)
