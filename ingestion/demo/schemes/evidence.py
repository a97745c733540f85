"""Papers and permissions: forms used again, missing or false, sellers untrained, acts forbidden."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

from ..business_days import Numbers
from ..enablement import complained
from ..labels import overwrite, where_in
from ..world import World, lasting, names, random_digests
from .acts import Plan, accuse, chosen_contracts, own_leads

_ACTS = ("不実告知", "無断契約", "威迫", "無断値引き", "虚偽所属")
_LONG_AGO = date(2000, 1, 1)


def consent_reused(rng: np.random.Generator, world: World, plan: Plan) -> World:
    """A few signed forms serve for many customers. Subtle: each serves for two."""
    share = plan.at(0.2, 0.15, 0.1, 0.06)
    contracts = chosen_contracts(rng, world, plan, share, at_least=4)
    consent = _consents(world, contracts)
    of_each = plan.at(max(1, consent.height // 2), 6, 3, 2)
    forms = pl.Series(random_digests(rng, consent.height + 1))
    copies = consent.select(
        "evidence_ix", document_sha256=forms.gather(pl.Series(np.arange(consent.height) // of_each))
    )
    reused = contracts.filter(where_in("contract_ix", consent["contract_ix"]))
    world = world.changed(evidence=overwrite(world.evidence, "evidence_ix", copies))
    return accuse(world, plan, reused, kind="contract", note="same document for several customers")


def consent_missing(rng: np.random.Generator, world: World, plan: Plan) -> World:
    """No consent form at all. Subtle: few, and some of them come weeks late."""
    contracts = chosen_contracts(rng, world, plan, plan.at(0.2, 0.12, 0.08, 0.05))
    consent = _consents(world, contracts)
    late = pl.Series(rng.random(consent.height) < plan.at(0, 0, 0.3, 0.6))
    delayed = consent.filter(late).select(
        "evidence_ix", received_at=pl.col("received_at") + timedelta(40)
    )
    never = where_in("evidence_ix", consent.filter(~late)["evidence_ix"])
    evidence = overwrite(world.evidence, "evidence_ix", delayed).filter(~never)
    return accuse(world.changed(evidence=evidence), plan, contracts, kind="contract")


def consent_inconsistent(rng: np.random.Generator, world: World, plan: Plan) -> World:
    """The form does not fit. Blatant: signed weeks after the contract. Then: before there was a
    lead; by somebody of the partner. Subtle: by a colleague of the customer who may not sign."""
    contracts = chosen_contracts(rng, world, plan, plan.at(0.12, 0.09, 0.06, 0.04))
    deals = contracts.join(
        world.leads.select("lead_ix", lead_on=pl.col("registered_at").dt.date()),
        on="lead_ix",
        maintain_order="left",
    ).select("contract_ix", "rep_ix", "lead_on", sold_on="contracted_on")
    consent = _consents(world, contracts).join(deals, on="contract_ix", maintain_order="left")
    lag = lasting(rng.integers(10, 60, consent.height))
    after, before = pl.col("sold_on") + lag, pl.col("lead_on") - lag
    noon = (after + timedelta(1)).cast(pl.Datetime("us")) + timedelta(hours=12)
    nobody, seller = pl.lit(None, pl.String), _sellers(world, consent)
    changes = consent.select(
        "evidence_ix",
        signed_on=plan.at(after, before, pl.col("signed_on"), pl.col("signed_on")),
        signer_name=plan.at(nobody, nobody, seller, _colleagues(rng, world, consent)),
        received_at=plan.at(noon, *[pl.col("received_at")] * 3),
    )
    world = world.changed(evidence=overwrite(world.evidence, "evidence_ix", changes))
    marked = contracts.filter(where_in("contract_ix", consent["contract_ix"]))
    return accuse(world, plan, marked, kind="contract")


def _sellers(world: World, consent: pl.DataFrame) -> pl.Expr:
    reps = world.reps.select("rep_ix", "rep_name")
    sold = consent.select("rep_ix").join(reps, on="rep_ix", how="left", maintain_order="left")
    return pl.lit(sold["rep_name"])


def _colleagues(rng: np.random.Generator, world: World, consent: pl.DataFrame) -> pl.Expr:
    """The contact's surname with another given name."""
    contacts = world.customers.select("customer_ix", "contact_name")
    known = consent.select("customer_ix").join(contacts, on="customer_ix", maintain_order="left")
    surname = known["contact_name"].str.split(" ").list.first()
    given = names("given_names")["kanji"].gather(rng.integers(0, 40, consent.height))
    return pl.lit(pl.select(pl.format("{} {}", surname, given)).to_series())


def untrained_seller(rng: np.random.Generator, world: World, plan: Plan) -> World:
    """Reps sell without a valid course. Blatant: nobody of the team ever took it. Subtle: one rep's
    certificate ran out for a month."""
    leads = own_leads(world, plan.partner, plan.start)
    sells = leads.group_by("rep_ix").agg(
        started_on=pl.col("started_on").gather(pl.len() // 2).first(), sold=pl.len()
    )
    team = sells.filter(where_in("rep_ix", world.reps["rep_ix"])).sort(
        "sold", "rep_ix", descending=True
    )
    chosen = team[: plan.at(team.height, team.height, max(1, team.height // 2), 1)]
    half = plan.at(0, 90, 45, 15)
    changes = chosen.select(
        "rep_ix",
        lapse_from=pl.lit(_LONG_AGO) if plan.level == 1 else pl.col("started_on") - timedelta(half),
        lapse_to=pl.lit(world.period.last_day + timedelta(1))
        if plan.level == 1
        else pl.col("started_on") + timedelta(half),
    )
    world = world.changed(reps=overwrite(world.reps, "rep_ix", changes))
    marked = chosen.with_columns(partner_ix=pl.lit(plan.partner, pl.Int64))
    return accuse(world, plan, marked, kind="rep")


def prohibited_act(rng: np.random.Generator, world: World, plan: Plan) -> World:
    """Complaints that proved true. Blatant: ten, the same act again and again. Subtle: two."""
    n = plan.at(10, 6, 3, 2)
    contracts = chosen_contracts(rng, world, plan, 0.0, at_least=n)
    kind = np.take(_ACTS, np.arange(contracts.height) % plan.at(1, 2, 5, 5))
    lag: Numbers = rng.integers(5, 60, contracts.height)
    told = complained(contracts, kind, lag, np.ones(contracts.height))
    world = world.changed(complaints=pl.concat([world.complaints, told]))
    return accuse(world, plan, contracts, kind="contract")


def out_of_territory(rng: np.random.Generator, world: World, plan: Plan) -> World:
    """Sold where others have the right to. Blatant: half, anywhere. Subtle: a few."""
    contracts = chosen_contracts(rng, world, plan, plan.at(0.5, 0.3, 0.15, 0.08))
    own = world.agreements.filter(pl.col("partner_ix") == plan.partner)["territory"][0] or ""
    away = names("cities").filter(~pl.col("prefecture").is_in(own.split(";")))
    place = away[rng.integers(0, away.height, contracts.height)]
    changes = contracts.select("customer_ix").with_columns(
        prefecture=place["prefecture"],
        address=place["prefecture"] + place["city"] + place["town"] + "2-8-1",
        postal_code=place["postal_prefix"] + "-0021",
    )
    world = world.changed(customers=overwrite(world.customers, "customer_ix", changes))
    return accuse(world, plan, contracts, kind="contract")


def _consents(world: World, contracts: pl.DataFrame) -> pl.DataFrame:
    return world.evidence.filter(
        where_in("contract_ix", contracts["contract_ix"]) & (pl.col("kind") == "consent_form")
    )
