"""When things are said to happen: by script, by night, at the closing day, in the wrong order."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl

from ..labels import overwrite, some
from ..world import World, lasting
from .acts import Plan, accuse, cancel, chosen_contracts, own_leads, settled

_DAWN = 5 * 3600  # from midnight, in seconds


def submission_velocity(rng: np.random.Generator, world: World, plan: Plan) -> World:
    """A script enters what was gathered for days: one rep, even gaps.

    Blatant: up to six sittings of 24 leads, one every 15 seconds to the second. Subtle: two of
    nine, some minutes apart and not quite even. At most a quarter of its leads, or one sitting.
    """
    length, gap, noise = (
        plan.at(24, 14, 11, 9),
        plan.at(15, 40, 100, 240),
        plan.at(0, 0.02, 0.1, 0.3),
    )
    leads = own_leads(world, plan.partner, plan.start).sort("registered_at", "lead_ix")
    room = max(1, leads.height // length)
    sittings = rng.permutation(room)[: min(plan.at(6, 4, 3, 2), max(1, room // 4))]
    place = pl.int_range(pl.len()) // length
    moved = leads.filter(place.is_in(sittings.tolist())).with_columns(sitting=place)
    if moved.is_empty():
        return world
    wobble = pl.Series(gap * (1 + noise * rng.uniform(-1, 1, moved.height)))
    seconds = pl.col("gap").cum_sum().over("sitting") + 10 * 3600
    changes = moved.with_columns(day=pl.col("started_on").min().over("sitting"), gap=wobble).select(
        "lead_ix",
        registered_at=pl.col("day").cast(pl.Datetime("us"))
        + pl.duration(milliseconds=(seconds * 1000).cast(pl.Int64)),
        rep_ix=pl.lit(plan.partner, pl.Int64),
    )
    world = world.changed(leads=overwrite(world.leads, "lead_ix", changes))
    world = accuse(world, plan, moved, kind="lead", whole=True)
    rep = moved.head(1).with_columns(rep_ix=pl.lit(plan.partner, pl.Int64))
    return accuse(world, plan, rep, kind="rep")


def after_hours_block(rng: np.random.Generator, world: World, plan: Plan) -> World:
    """Leads are made up at night. Blatant: nearly all, a week's at one moment. Subtle: a fifth."""
    leads = some(rng, own_leads(world, plan.partner, plan.start), plan.at(0.9, 0.6, 0.4, 0.22), 6)
    weekly = pl.Series(rng.random(leads.height) < plan.at(1.0, 0.5, 0.0, 0.0))
    week = pl.col("started_on").dt.truncate("1w")
    # Never before the scheme begins: earlier leads would stand in files already sent.
    one_day = pl.max_horizontal(week, pl.lit(plan.start))
    night = pl.Series(rng.integers(0, _DAWN, leads.height))
    at = pl.when(weekly).then(2 * 3600 + 780).otherwise(night)
    day = pl.when(weekly).then(one_day).otherwise("started_on")
    changes = leads.select(
        "lead_ix", registered_at=day.cast(pl.Datetime("us")) + pl.duration(seconds=at)
    )
    world = world.changed(leads=overwrite(world.leads, "lead_ix", changes))
    return accuse(world, plan, leads, kind="lead", whole=True)


def closing_spike_then_cancel(rng: np.random.Generator, world: World, plan: Plan) -> World:
    """Customers sign "for the statistics" on the last days of a month and cancel later.

    Blatant: nearly all that start after the month, most cancelled within two months. Subtle: a
    quarter, of which four of ten are cancelled within four months.
    """
    end = pl.col("contracted_on").dt.month_end()
    later = settled(world, days_before_end=40) & (pl.col("starts_on") > end)
    share = plan.at(0.95, 0.5, 0.35, 0.25)
    chosen = chosen_contracts(rng, world, plan, share, where=later, whole_time=True)
    last = lasting(rng.integers(0, 3, chosen.height))
    moved = chosen.with_columns(contracted_on=pl.max_horizontal("contracted_on", end - last))
    world = world.changed(
        contracts=overwrite(
            world.contracts, "contract_ix", moved.select("contract_ix", "contracted_on")
        )
    )
    ended = some(rng, moved, plan.at(0.85, 0.7, 0.55, 0.4))
    lag = rng.integers(*plan.at((15, 45), (20, 60), (30, 90), (40, 120)), ended.height)
    ends = ended.select("contract_ix", cancelled_on=pl.col("starts_on") + lasting(lag))
    marked = moved.with_columns(started_on=pl.col("contracted_on"))
    return accuse(cancel(world, ends), plan, marked, kind="contract", whole=True)


def impossible_timeline(rng: np.random.Generator, world: World, plan: Plan) -> World:
    """A direct customer is taken over: signed first, registered as a lead days later.

    Blatant: 2 to 20 days later. Subtle: one or two days, a few contracts.
    """
    # Two months before the end: the lead, too, is to be there in the first delivery.
    early = settled(world, days_before_end=60)
    chosen = chosen_contracts(rng, world, plan, plan.at(0.15, 0.1, 0.07, 0.04), where=early)
    lag = rng.integers(*plan.at((2, 20), (2, 10), (1, 5), (1, 3)), chosen.height)
    moved = chosen.select(
        "lead_ix",
        registered_at=pl.col("contracted_on").cast(pl.Datetime("us"))
        + lasting(lag)
        + timedelta(hours=10),
    ).with_columns(
        decided_on=pl.col("registered_at").dt.date() + timedelta(1),
        meeting_on=pl.col("registered_at").dt.date() + timedelta(1),
    )
    world = world.changed(leads=overwrite(world.leads, "lead_ix", moved))
    return accuse(world, plan, chosen, kind="contract", note="contract before lead")
