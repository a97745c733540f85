"""What the files say about it: claims above the books, silence, amounts and owners changed late."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl

from ..labels import overwrite, some, where_in
from ..world import World, lasting
from .acts import Plan, accuse, chosen_contracts, last_month, own_leads, settled

_NEW, _OLD = 2, 13  # days of the last month between which the books are changed


def record_mismatch(rng: np.random.Generator, world: World, plan: Plan) -> World:
    """The partner's file says more than was sold. Blatant: twice as much, in four of ten. Subtle:
    a twentieth more in a few."""
    priced = pl.col("initial_yen") > 0
    chosen = chosen_contracts(rng, world, plan, plan.at(0.4, 0.25, 0.12, 0.06), where=priced)
    percent = plan.at(200, 150, 120, 105)
    changes = chosen.select(
        "contract_ix", claimed_yen=pl.col("initial_yen") * percent // 10_000 * 100
    )
    world = world.changed(contracts=overwrite(world.contracts, "contract_ix", changes))
    return accuse(world, plan, chosen, kind="contract", whole=True)


def coverage_blackout(rng: np.random.Generator, world: World, plan: Plan) -> World:
    """From three months before the end the partner's file tells no more whom to call.

    Blatant: nobody's number. Subtle: four of ten are left out.
    """
    since = (last_month(world) - timedelta(days=32)).replace(day=1)
    late = own_leads(world, plan.partner, since)
    chosen = some(rng, late, plan.at(1.0, 0.9, 0.65, 0.4), 1)
    changes = chosen.select("lead_ix", is_blank_in_file=pl.lit(True))
    world = world.changed(leads=overwrite(world.leads, "lead_ix", changes))
    subject = chosen.select(pl.col("partner_ix").first(), pl.col("started_on").min())
    return accuse(world, plan, subject if chosen.height else subject.clear(), kind="partner")


def post_close_drift(rng: np.random.Generator, world: World, plan: Plan) -> World:
    """Amounts are raised when their period is over and paid for. Blatant: threefold. Subtle: by a
    seventh."""
    over = settled(world, days_before_end=61) & (pl.col("initial_yen") > 0)
    chosen = chosen_contracts(rng, world, plan, plan.at(0.15, 0.1, 0.06, 0.04), where=over)
    percent = plan.at(300, 200, 150, 115)
    when = pl.lit(last_month(world)) + lasting(rng.integers(_NEW, _OLD, chosen.height))
    changes = chosen.select(
        "contract_ix",
        corrected_on=when,
        entered_yen="initial_yen",
        initial_yen=pl.col("initial_yen") * percent // 10_000 * 100,
    )
    world = world.changed(contracts=overwrite(world.contracts, "contract_ix", changes))
    return accuse(world, plan, chosen, kind="contract")


def attribution_flip(rng: np.random.Generator, world: World, plan: Plan) -> World:
    """Old direct deals become the partner's days before they close. Blatant: six, the day before.
    Subtle: two, six days before."""
    first = last_month(world)
    closes = pl.col("contracted_on").is_between(
        first + timedelta(8), world.period.last_day - timedelta(1)
    )
    direct = (pl.col("channel") == "marketing") & pl.col("lead_ix").is_not_null()
    taken = world.labels.filter(pl.col("subject_kind") == "contract")["subject_ix"]
    deals = world.contracts.filter(closes & direct & ~where_in("contract_ix", taken))
    deals = some(rng, deals, 0.0, plan.at(6, 4, 3, 2))
    n = deals.height
    if not n:
        return world
    age = lasting(rng.integers(40, 120, n))
    handed = pl.col("contracted_on") - timedelta(plan.at(1, 2, 4, 6))
    holder = {
        "channel": pl.lit("partner"),
        "partner_ix": pl.lit(plan.partner, pl.Int64),
        "rep_ix": pl.lit(plan.partner, pl.Int64),
        "handed_on": handed,
    }
    contracts = deals.select("contract_ix", **holder)
    old = (pl.col("contracted_on") - age).cast(pl.Datetime("us")) + timedelta(hours=10)
    leads = deals.select("lead_ix", registered_at=old, decided_on=old.dt.date(), **holder)
    world = world.changed(
        contracts=overwrite(world.contracts, "contract_ix", contracts),
        leads=overwrite(world.leads, "lead_ix", leads),
    )
    marked = deals.with_columns(partner_ix=pl.lit(plan.partner, pl.Int64), started_on=handed)
    return accuse(world, plan, marked, kind="contract")
