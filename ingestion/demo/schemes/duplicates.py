"""Leads that somebody has already: other partners', the vendor's own, one's own rejected ones."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl

from ..business_days import Days
from ..funnel import is_at_work
from ..labels import next_number, renumbered, some
from ..world import World, at_time_of_day
from .acts import Plan, accuse

_COPIED, _CHANGED, _HARD = range(3)  # as it was, another contact, only name and address left
_INCOMPLETE = "情報不備"
_OTHERS = 0.012  # of all open leads: what a partner hears of


def duplicate_lead_across_partners(rng: np.random.Generator, world: World, plan: Plan) -> World:
    """Other partners' fresh leads, product and all, names touched up."""
    other = (pl.col("partner_ix") >= 0) & (pl.col("partner_ix") != plan.partner)
    open_lead = _open(world, plan).filter(other)
    chosen = some(rng, open_lead, _OTHERS * plan.at(1.6, 1.2, 1.0, 0.5), 6)
    return _resubmit(rng, world, chosen, plan)


def duplicate_lead_same_partner(rng: np.random.Generator, world: World, plan: Plan) -> World:
    """What was rejected comes again. What was incomplete may: it was asked for."""
    own = (
        (pl.col("partner_ix") == plan.partner)
        & pl.col("is_rejected")
        & (pl.col("reject_reason") != _INCOMPLETE)
    )
    chosen = some(rng, _recent(world, plan).filter(own), plan.at(0.5, 0.35, 0.2, 0.1))
    return _resubmit(rng, world, chosen, plan)


def lead_already_known(rng: np.random.Generator, world: World, plan: Plan) -> World:
    """Customers that the vendor's own marketing or sales is talking to."""
    direct = _open(world, plan).filter(pl.col("partner_ix") < 0)
    chosen = some(rng, direct, _OTHERS * plan.at(1.6, 1.2, 0.8, 0.4), 4)
    return _resubmit(rng, world, chosen, plan)


def enter_leads(
    world: World, models: pl.DataFrame, customers: pl.DataFrame, registered: Days, partner: int
) -> tuple[World, pl.DataFrame]:
    """The world with new leads of `partner`, shaped like the models, for new customers."""
    new = renumbered(customers, "customer_ix", world.customers.height)
    days = registered.astype("datetime64[D]")
    rep = models["rep_ix"].to_numpy()
    ours = models["partner_ix"].to_numpy() == partner
    at_work = ours & (rep < world.reps.height)
    at_work[at_work] = is_at_work(rep[at_work], days[at_work], world.reps)
    first = next_number(world.leads, "lead_ix")
    leads = renumbered(models, "lead_ix", first).with_columns(
        customer_ix=new["customer_ix"],
        registered_at=pl.Series(registered).cast(world.leads.schema["registered_at"]),
        channel=pl.lit("partner"),
        campaign=pl.lit(None, pl.String),
        partner_ix=pl.lit(partner, pl.Int64),
        rep_ix=pl.Series(np.where(at_work, rep, partner)),
        decided_on=pl.Series(days + 1),
        is_rejected=pl.lit(False),
        **{
            name: pl.lit(None, pl.Date)
            for name in ("meeting_on", "agreed_on", "lost_on", "deleted_on", "handed_on")
        },
        is_blank_in_file=pl.lit(False),
    )
    world = world.changed(
        leads=pl.concat([world.leads, leads.select(world.leads.columns).cast(world.leads.schema)]),
        customers=pl.concat([world.customers, new.select(world.customers.columns)]),
    )
    return world, leads.with_columns(started_on=pl.Series(days))


def _recent(world: World, plan: Plan) -> pl.DataFrame:
    day = pl.col("registered_at").dt.date()
    return world.leads.filter(day >= plan.start, day <= world.period.last_day - timedelta(75))


def _open(world: World, plan: Plan) -> pl.DataFrame:
    return _recent(world, plan).filter(~pl.col("is_rejected") & pl.col("lost_on").is_null())


def _resubmit(rng: np.random.Generator, world: World, models: pl.DataFrame, plan: Plan) -> World:
    """Copies of leads and their customers, 5 to 60 days later, ever harder to recognise.

    Blatant: as they were. Subtle: name and address alone, the address in another writing.
    """
    ways = plan.at([_COPIED], [_COPIED, _CHANGED], [_COPIED, _CHANGED, _HARD], [_HARD])
    kind = pl.Series(np.take(ways, np.arange(models.height) % len(ways)), dtype=pl.Int64)
    stranger = world.customers[rng.permutation(world.customers.height)[: models.height]]
    copied = models.select("customer_ix").join(
        world.customers, on="customer_ix", maintain_order="left"
    )
    way = pl.lit(kind)
    copied = copied.with_columns(
        contact_name=pl.when(way == _COPIED)
        .then("contact_name")
        .otherwise(stranger["contact_name"]),
        email=pl.when(way == _COPIED)
        .then("email")
        .otherwise(pl.concat_str(pl.lit("info."), "email")),
        # The hard ones keep neither number: only name and address tell.
        corporate_number=pl.when(way == _HARD).then(None).otherwise("corporate_number"),
        phone=pl.when(way == _HARD).then(pl.lit(None, pl.String)).otherwise("phone"),
        address=pl.when(way == _COPIED)
        .then("address")
        .otherwise(pl.col("address").str.replace("-", "丁目", literal=True)),
    )
    days = models["registered_at"].dt.date().to_numpy().astype("datetime64[D]")
    at = at_time_of_day(rng, days + rng.integers(5, 61, models.height).astype("timedelta64[D]"))
    world, leads = enter_leads(world, models, copied, at, plan.partner)
    return accuse(world, plan, leads, kind="lead")
