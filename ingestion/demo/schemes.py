"""Wrongdoing: six cheating partners, each with its ways, at one or two records of a hundred.

A scheme changes what happened (a document, a date, a customer, a rep) and labels the records.
Nothing here knows how anybody might look for it.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

from .labels import labelled, overwrite, signed_contracts, some, where_in
from .padding import duplicate_submissions, pad_leads
from .world import World, random_digests

_PHONE, _MAIL, _ADDRESS, _REP = range(4)  # what a self-dealer shares with its customer
_MANY = 9


def commit_schemes(rng: np.random.Generator, world: World) -> World:
    """Every scheme once; the partners are mid-sized ones that had joined before the first day."""
    agencies, referrers = _cheats(rng, world)
    start = world.period.first_day + (world.period.last_day - world.period.first_day) / 5
    world = _reuse_consents(rng, world, agencies[0], start)
    world = _share_payer(rng, world, agencies[0], start)
    world = _deal_with_self(rng, world, agencies[1], start)
    world = _discount_beyond_limit(rng, world, agencies[1], start)
    world = _skip_consent(rng, world, agencies[2], start)
    world = _invent_contracts(rng, world, agencies[2], start)
    world = _backdate(rng, world, agencies[3], start)
    world = _churn_after_clawback(rng, world, agencies[3], start)
    world = _hide_sellers(rng, world, agencies[4], start)
    world = duplicate_submissions(rng, world, referrers[0], start)
    return pad_leads(rng, world, referrers[0], start)


def _cheats(rng: np.random.Generator, world: World) -> tuple[list[int], list[int]]:
    """Five agencies or resellers and a referral agency, neither the biggest nor the smallest."""
    sold = world.contracts.filter(pl.col("partner_ix") >= 0).group_by("partner_ix").len()
    known = (
        world.partners.join(sold, on="partner_ix")
        .filter((pl.col("joined_on") < world.period.first_day) & (pl.col("parent_ix") < 0))
        .sort(pl.col("len"), pl.col("partner_ix"), descending=[True, False])
    )
    sells = pl.col("partner_kind").is_in(["sales_agency", "reseller"])
    agencies = known.filter(sells)["partner_ix"].to_list()
    referrers = known.filter(pl.col("partner_kind") == "referral_agency")["partner_ix"].to_list()
    middle = agencies[2:9] if len(agencies) >= _MANY else agencies
    chosen = [int(ix) for ix in rng.permutation(middle)[:5]]
    return chosen, referrers[1:2] or referrers[:1]


def _reuse_consents(rng: np.random.Generator, world: World, partner: int, start: date) -> World:
    """Two or three signed forms serve for many customers."""
    contracts = some(rng, signed_contracts(world, partner, start), 0.2, 4)
    forms = pl.Series(random_digests(rng, 3))
    consent = world.evidence.filter(
        where_in("contract_ix", contracts["contract_ix"]) & (pl.col("kind") == "consent_form")
    )
    copies = consent.select("evidence_ix", document_sha256=forms[np.arange(consent.height) % 2])
    reused = contracts.filter(where_in("contract_ix", consent["contract_ix"]))
    world = world.changed(evidence=overwrite(world.evidence, "evidence_ix", copies))
    return labelled(
        world, "reused_consent", reused, kind="contract", note="same document for several customers"
    )


def _share_payer(rng: np.random.Generator, world: World, partner: int, start: date) -> World:
    """The partner pays for customers it signed up: one account, its own in a few cases."""
    contracts = some(rng, signed_contracts(world, partner, start), 0.08)
    own = world.partners["bank_account"][partner]
    account = pl.Series(["0033-777-1-7654321" if k % 4 else own for k in range(contracts.height)])
    changes = contracts.select("customer_ix", payer_account=account)
    world = world.changed(customers=overwrite(world.customers, "customer_ix", changes))
    return labelled(world, "shared_payer", contracts, kind="contract", difficulty="medium")


def _deal_with_self(rng: np.random.Generator, world: World, partner: int, start: date) -> World:
    """Customers that are the partner: its phone, mail domain or address, or a rep's mobile."""
    contracts = some(rng, signed_contracts(world, partner, start), 0.12, 4)
    seller = world.partners.row(partner, named=True)
    way = pl.int_range(pl.len()) % 4
    rep_phone = world.reps.filter(pl.col("partner_ix") == partner)["phone"][-1]
    changes = contracts.select(
        "customer_ix",
        phone=pl.when(way == _PHONE)
        .then(pl.lit(seller["phone"]))
        .when(way == _REP)
        .then(pl.lit(rep_phone)),
        email=pl.when(way == _MAIL).then(pl.lit(f"keiri@{seller['domain']}")),
        address=pl.when(way == _ADDRESS).then(pl.lit(seller["address"])),
        prefecture=pl.when(way == _ADDRESS).then(pl.lit(seller["prefecture"])),
    )
    world = world.changed(customers=overwrite(world.customers, "customer_ix", changes))
    marked = contracts.with_columns(
        difficulty=pl.when(way < _ADDRESS).then(pl.lit("easy")).otherwise(pl.lit("medium"))
    )
    return labelled(
        world, "self_dealing", marked, kind="contract", note="customer is the partner itself"
    )


def _discount_beyond_limit(
    rng: np.random.Generator, world: World, partner: int, start: date
) -> World:
    contracts = some(rng, signed_contracts(world, partner, start), 0.05)
    changes = contracts.select(
        "contract_ix",
        discount_rate=pl.lit(0.35),
        initial_yen=pl.col("initial_yen") * 65 // 100,
        monthly_yen=pl.col("monthly_yen") * 65 // 100,
    )
    world = world.changed(contracts=overwrite(world.contracts, "contract_ix", changes))
    return labelled(world, "unauthorised_discount", contracts, kind="contract")


def _skip_consent(rng: np.random.Generator, world: World, partner: int, start: date) -> World:
    contracts = some(rng, signed_contracts(world, partner, start), 0.2)
    missing = where_in("contract_ix", contracts["contract_ix"]) & (pl.col("kind") == "consent_form")
    world = world.changed(evidence=world.evidence.filter(~missing))
    return labelled(world, "contract_without_consent", contracts, kind="contract")


def _invent_contracts(rng: np.random.Generator, world: World, partner: int, start: date) -> World:
    """Contracts nobody uses: no onboarding, no first use; most end soon after the clawback."""
    contracts = some(rng, signed_contracts(world, partner, start), 0.08)
    served = where_in("contract_ix", contracts["contract_ix"]) & ~pl.col("stage").is_in(
        ["cancellation"]
    )
    report = where_in("contract_ix", contracts["contract_ix"]) & (
        pl.col("kind") == "onboarding_report"
    )
    world = world.changed(
        events=world.events.filter(~served), evidence=world.evidence.filter(~report)
    )
    return labelled(world, "ghost_contract", contracts, kind="contract", difficulty="medium")


def _backdate(rng: np.random.Generator, world: World, partner: int, start: date) -> World:
    """A direct customer is taken over: signed first, registered as a lead days later."""
    # Two months before the end: the lead, too, is to be there in the first delivery.
    early = pl.col("contracted_on") <= world.period.last_day - timedelta(60)
    contracts = some(rng, signed_contracts(world, partner, start).filter(early), 0.15)
    lag = pl.duration(days=pl.lit(pl.Series(rng.integers(2, 20, contracts.height))), hours=10)
    moved = contracts.select(
        "lead_ix", registered_at=pl.col("contracted_on").cast(pl.Datetime("us")) + lag
    )
    moved = moved.with_columns(
        decided_on=pl.col("registered_at").dt.date() + timedelta(1),
        meeting_on=pl.col("registered_at").dt.date() + timedelta(1),
    )
    leads = overwrite(
        world.leads.with_columns(pl.col("registered_at").cast(pl.Datetime("us"))), "lead_ix", moved
    )
    return labelled(
        world.changed(leads=leads),
        "backdated_contract",
        contracts,
        kind="contract",
        note="contract before lead",
    )


def _churn_after_clawback(
    rng: np.random.Generator, world: World, partner: int, start: date
) -> World:
    """Customers kept just long enough: cancelled 5 to 40 days after the clawback window."""
    terms = world.terms.filter((pl.col("partner_ix") == partner) & (pl.col("stage") == "contract"))
    months = int(terms["clawback_months"].max() or 6)  # type: ignore[arg-type]
    early = world.period.last_day - timedelta(days=31 * months + 80)
    contracts = signed_contracts(world, partner, world.period.first_day).filter(
        pl.col("contracted_on") <= early
    )
    contracts = some(rng, contracts, 0.3)
    ends = pl.col("starts_on").dt.offset_by(f"{months}mo") + pl.duration(
        days=pl.lit(pl.Series(rng.integers(5, 40, contracts.height)))
    )
    changes = contracts.select("contract_ix", cancelled_on=ends, cancel_known_on=ends)
    touched = where_in("contract_ix", contracts["contract_ix"])
    limits = changes.select("contract_ix", ends_on="cancelled_on")
    kept = (
        world.events.join(limits, on="contract_ix", how="left", maintain_order="left")
        .filter(
            ~touched
            | (
                (pl.col("occurred_on") < pl.col("ends_on"))
                & ~pl.col("stage").is_in(["cancellation", "reinstatement"])
            )
        )
        .drop("ends_on")
    )
    first = int(world.events["event_ix"].max()) + 1  # type: ignore[arg-type]
    ended = changes.select(
        "contract_ix",
        stage=pl.lit("cancellation"),
        occurred_on="cancelled_on",
        entered_on="cancel_known_on",
        event_ix=pl.int_range(first, first + pl.len()),
    )
    updated = overwrite(world.contracts, "contract_ix", changes).with_columns(
        reinstated_on=pl.when(touched).then(None).otherwise("reinstated_on")
    )
    world = world.changed(
        contracts=updated, events=pl.concat([kept, ended], how="diagonal_relaxed")
    )
    return labelled(world, "churn_after_clawback", contracts, kind="contract", difficulty="hard")


def _hide_sellers(rng: np.random.Generator, world: World, partner: int, start: date) -> World:
    """Reps that are in no register, and one registered months after it had begun to sell."""
    contracts = some(rng, signed_contracts(world, partner, start), 0.15, 4)
    if contracts.is_empty():  # a world too small for this partner to have sold anything
        return world
    unknown = world.reps.height + 900 + np.arange(contracts.height) % 3
    late = contracts.height // 3
    newcomer = world.reps.filter(pl.col("partner_ix") == partner)[-1:].with_columns(
        rep_ix=pl.lit(world.reps.height, pl.Int64),
        rep_id=pl.lit(f"R-{world.reps.height:04d}"),
        rep_name=pl.lit("古川 一成"),
        email=pl.format("furukawa@{}", "domain"),
        phone=pl.lit("090-1199-2288"),
        started_on=pl.lit(contracts["contracted_on"].max()) + timedelta(20),
        ended_on=pl.lit(None, pl.Date),
    )
    rep = np.where(np.arange(contracts.height) < late, world.reps.height, unknown)
    sellers = contracts.select("contract_ix", "lead_ix", rep_ix=pl.Series(rep))
    world = world.changed(
        reps=pl.concat([world.reps, newcomer]),
        contracts=overwrite(world.contracts, "contract_ix", sellers.drop("lead_ix")),
        leads=overwrite(world.leads, "lead_ix", sellers.drop("contract_ix")),
    )
    marked = contracts.with_columns(
        difficulty=pl.Series(np.where(np.arange(contracts.height) < late, "medium", "easy"))
    )
    return labelled(world, "undisclosed_seller", marked, kind="contract")
