"""Who is who: customers that are the partner, sellers nobody knows, partners under two names."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl

from ..labels import overwrite
from ..places import bank_accounts
from ..world import World
from .acts import HALF, Plan, accuse, chosen_contracts, last_month

_PHONE, _MAIL, _ADDRESS, _REP = range(4)  # what a self-dealer shares with its customer


def self_dealing(rng: np.random.Generator, world: World, plan: Plan) -> World:
    """Customers that are the partner: its phone, mail domain or address, or a rep's mobile.

    Blatant: all of the partner's at once. Subtle: a rep's mobile, and nothing else.
    """
    share = plan.at(0.16, 0.12, 0.08, 0.05)
    contracts = chosen_contracts(rng, world, plan, share, at_least=4)
    seller = world.partners.row(plan.partner, named=True)
    ways = plan.at([_PHONE], [_PHONE, _MAIL, _ADDRESS, _REP], [_MAIL, _ADDRESS, _REP], [_REP])
    way = pl.lit(pl.Series(np.take(ways, np.arange(contracts.height) % len(ways)), dtype=pl.Int64))
    everything = pl.lit(plan.level == 1)
    rep_phone = world.reps.filter(pl.col("partner_ix") == plan.partner)["phone"][-1]
    at_home = (way == _ADDRESS) | everything
    changes = contracts.select(
        "customer_ix",
        phone=pl.when(way == _PHONE)
        .then(pl.lit(seller["phone"]))
        .when(way == _REP)
        .then(pl.lit(rep_phone)),
        email=pl.when((way == _MAIL) | everything).then(pl.lit(f"keiri@{seller['domain']}")),
        address=pl.when(at_home).then(pl.lit(seller["address"])),
        prefecture=pl.when(at_home).then(pl.lit(seller["prefecture"])),
    )
    world = world.changed(customers=overwrite(world.customers, "customer_ix", changes))
    return accuse(world, plan, contracts, kind="contract", note="customer is the partner itself")


def undisclosed_sub_agent(rng: np.random.Generator, world: World, plan: Plan) -> World:
    """Reps that are in no register, and one registered after it had begun to sell.

    Blatant: nobody is registered. Subtle: all are, some weeks late.
    """
    share = plan.at(0.3, 0.15, 0.1, 0.06)
    contracts = chosen_contracts(rng, world, plan, share, at_least=4)
    if contracts.is_empty():  # a world too small for this partner to have sold anything
        return world
    n, place = contracts.height, world.reps.height
    unknown = place + 900 + np.arange(n) % 3
    late = round(n * plan.at(0, 0.34, 0.67, 1))
    newcomer = world.reps.filter(pl.col("partner_ix") == plan.partner)[-1:].with_columns(
        rep_ix=pl.lit(place, pl.Int64),
        rep_id=pl.lit(f"R-{place:04d}"),
        rep_name=pl.lit("古川 一成"),
        email=pl.format("furukawa@{}", "domain"),
        phone=pl.lit("090-1199-2288"),
        started_on=pl.lit(contracts["contracted_on"].max()) + timedelta(20),
        ended_on=pl.lit(None, pl.Date),
    )
    rep = np.where(np.arange(n) < late, place, unknown)
    sellers = contracts.select("contract_ix", "lead_ix", rep_ix=pl.Series(rep))
    world = world.changed(
        reps=pl.concat([world.reps, newcomer]),
        contracts=overwrite(world.contracts, "contract_ix", sellers.drop("lead_ix")),
        leads=overwrite(world.leads, "lead_ix", sellers.drop("contract_ix")),
    )
    return accuse(world, plan, contracts, kind="contract")


def payee_change(rng: np.random.Generator, world: World, plan: Plan) -> World:
    """The money is to go elsewhere, just before it goes. Blatant: the day before, another bank.
    Subtle: twelve days before, the same bank and branch."""
    agreement = world.agreements.filter(pl.col("partner_ix") == plan.partner).sort("version")
    pay_day = min(int(agreement["payment_day"][-1]), world.period.last_day.day)
    changed = last_month(world).replace(day=pay_day) - timedelta(plan.at(1, 3, 7, 12))
    old = str(world.partners["bank_account"][plan.partner])
    branch = old.rsplit("-", 1)[0]
    number = int(rng.integers(1_000_000, 9_999_999))
    other = bank_accounts(rng, 1)[0]
    new = plan.at(other, other, other, f"{branch}-{number}")
    row = {"partner_ix": plan.partner, "changed_on": changed, "bank_account": new}
    change = pl.DataFrame([row], schema=world.changes.schema)
    world = world.changed(changes=pl.concat([world.changes, change]))
    subject = change.select("partner_ix", started_on="changed_on")
    return accuse(world, plan, subject, kind="partner")


def duplicate_partner(rng: np.random.Generator, world: World, plan: Plan) -> World:
    """One company under two registrations: half of its later deals go under the second one.

    Blatant: account, phone and address are the first one's. Subtle: only the account is.
    """
    first = world.partners.filter(pl.col("partner_ix") == plan.partner)
    ix, joined = world.partners.height, plan.start
    partner_id, agreement_id = f"PT-{ix + 1:03d}", f"A-{ix + 1:03d}"
    kept = plan.at(
        ("phone", "address"), ("phone", "address"), ("phone",), ()
    )  # the account is shared always
    others = world.partners.filter(pl.col("parent_ix") < 0).row(-1, named=True)
    moved = {
        "phone": pl.lit(f"{str(first['phone'][0])[:-4]}{rng.integers(1000, 9999)}"),
        "address": pl.lit(str(others["address"]) + "別館"),
    }
    second = first.with_columns(
        partner_ix=pl.lit(ix, pl.Int64),
        partner_id=pl.lit(partner_id),
        partner_name=pl.lit("合同会社 ") + pl.lit("北辰企画"),
        domain=pl.lit("hokushin-kikaku.example"),
        email=pl.lit("info@hokushin-kikaku.example"),
        corporate_number=pl.lit(None, pl.String),
        invoice_number=pl.lit(None, pl.String),
        joined_on=pl.lit(joined),
        weight=pl.lit(0.0),
        **{name: value for name, value in moved.items() if name not in kept},
    )
    rep = world.reps.filter(pl.col("rep_ix") == plan.partner).with_columns(
        rep_ix=pl.lit(world.reps.height, pl.Int64),
        partner_ix=pl.lit(ix, pl.Int64),
        rep_id=pl.lit(f"R-{world.reps.height:04d}"),
        rep_name=pl.lit("安西 さくら"),
        email=pl.lit("anzai@hokushin-kikaku.example"),
        phone=pl.lit("090-4471-5520"),
        domain=pl.lit("hokushin-kikaku.example"),
        started_on=pl.lit(joined),
    )
    world = world.changed(
        partners=pl.concat([world.partners, second]), reps=pl.concat([world.reps, rep])
    )
    world = _with_terms(world, plan, ix, (partner_id, agreement_id))
    world = _moved_deals(rng, world, plan, ix, int(rep["rep_ix"][0]))
    subject = pl.DataFrame(
        {"partner_ix": [plan.partner, ix], "started_on": [joined] * 2},
        schema={"partner_ix": pl.Int64, "started_on": pl.Date},
    )
    return accuse(world, plan, subject, kind="partner", note=f"the same company as {partner_id}")


def _with_terms(world: World, plan: Plan, ix: int, ids: tuple[str, str]) -> World:
    """The second registration gets the first one's agreement, terms and bands."""
    partner_id, agreement_id = ids
    old = pl.col("partner_ix") == plan.partner
    agreement = (
        world.agreements.filter(old)
        .sort("version")[:1]
        .with_columns(
            partner_ix=pl.lit(ix, pl.Int64),
            partner_id=pl.lit(partner_id),
            agreement_id=pl.lit(agreement_id),
            version=pl.lit(1, pl.Int32),
            effective_from=pl.lit(plan.start),
            signed_on=pl.lit(plan.start - timedelta(7)),
        )
    )
    in_force = old & pl.col("scenario").is_null() & (pl.col("agreement_version") == 1)
    terms = world.terms.filter(in_force & (pl.col("payee") == "seller")).with_columns(
        partner_ix=pl.lit(ix, pl.Int64),
        partner_id=pl.lit(partner_id),
        agreement_id=pl.lit(agreement_id),
        first_id=pl.col("term_id"),
        term_id=pl.format("T-9{}", pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(3)),
    )
    again = terms.select(term_id="first_id", new_id="term_id")
    copies = {
        name: getattr(world, name)
        .join(again, on="term_id", maintain_order="left")
        .with_columns(term_id="new_id")
        .drop("new_id")
        for name in ("tiers", "steps")
    }
    return world.changed(
        agreements=pl.concat([world.agreements, agreement.cast(world.agreements.schema)]),
        terms=pl.concat([world.terms, terms.drop("first_id")], how="diagonal_relaxed"),
        **{name: pl.concat([getattr(world, name), rows]) for name, rows in copies.items()},
    )


def _moved_deals(rng: np.random.Generator, world: World, plan: Plan, ix: int, rep: int) -> World:
    """Half of the later deals, lead and contract, stand under the second registration."""
    day = pl.col("registered_at").dt.date()
    later = world.leads.filter(
        (pl.col("partner_ix") == plan.partner)
        & (day > plan.start)
        & pl.col("handed_on").is_null()
        & pl.Series(rng.random(world.leads.height) < HALF)
    )
    leads = later.select("lead_ix", partner_ix=pl.lit(ix, pl.Int64), rep_ix=pl.lit(rep, pl.Int64))
    deals = world.contracts.filter(pl.col("claimed_yen").is_null()).join(
        leads.select("lead_ix"), on="lead_ix", how="semi"
    )
    contracts = deals.select(
        "contract_ix", partner_ix=pl.lit(ix, pl.Int64), rep_ix=pl.lit(rep, pl.Int64)
    )
    return world.changed(
        leads=overwrite(world.leads, "lead_ix", leads),
        contracts=overwrite(world.contracts, "contract_ix", contracts),
        # The truth names the registration that a record stands under.
        labels=_relabelled(world, leads, contracts),
    )


def _relabelled(world: World, leads: pl.DataFrame, contracts: pl.DataFrame) -> pl.DataFrame:
    moved = pl.concat(
        [
            leads.select(subject_kind=pl.lit("lead"), subject_ix="lead_ix", new="partner_ix"),
            contracts.select(
                subject_kind=pl.lit("contract"), subject_ix="contract_ix", new="partner_ix"
            ),
        ]
    )
    return (
        world.labels.join(
            moved, on=["subject_kind", "subject_ix"], how="left", maintain_order="left"
        )
        .with_columns(partner_ix=pl.coalesce("new", "partner_ix"))
        .drop("new")
    )
