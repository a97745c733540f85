"""What several schemes do: choose their records, cancel, enter deals that would not have been."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

import numpy as np
import polars as pl

from ..aftercare import make_events, make_evidence
from ..business_days import Numbers
from ..labels import labelled, next_number, overwrite, renumbered, signed_contracts, some, where_in
from ..world import World, lasting

T = TypeVar("T")
BLATANT, SECOND, THIRD, SUBTLE = LEVELS = (1, 2, 3, 4)
HALF = 0.5


@dataclass(frozen=True)
class Plan:
    """Who commits a scheme, with whom, from which day on and how subtly."""

    scheme: str
    partner: int
    others: tuple[int, ...]
    start: date
    level: int

    def at(self, blatant: T, second: T, third: T, subtle: T) -> T:
        """The value of this plan's level."""
        return (blatant, second, third, subtle)[self.level - 1]


def accuse(  # noqa: PLR0913 - one kind of row in the truth, all by name
    world: World, plan: Plan, subjects: pl.DataFrame, *, kind: str, whole: bool = False,
    note: str = "",
) -> World:  # fmt: skip
    """Label the subjects, and with `whole` the partner: the pattern shows in its records only."""
    if subjects.is_empty():
        return world
    world = labelled(world, plan.scheme, subjects, kind=kind, difficulty=plan.level, note=note)
    if not whole:
        return world
    partner = subjects.select(
        partner_ix=pl.lit(plan.partner, pl.Int64), started_on=pl.col("started_on").min()
    ).head(1)
    return labelled(world, plan.scheme, partner, kind="partner", difficulty=plan.level, note=note)


def chosen_contracts(  # noqa: PLR0913 - which of the partner's contracts, all by name
    rng: np.random.Generator, world: World, plan: Plan, share: float, *, at_least: int = 3,
    where: pl.Expr | None = None, whole_time: bool = False,
) -> pl.DataFrame:  # fmt: skip
    """A share of the partner's signed contracts of the plan's time that nobody has touched yet."""
    after = world.period.first_day if whole_time else plan.start
    found = signed_contracts(world, plan.partner, after)
    found = found if where is None else found.filter(where)
    return some(rng, found, share, at_least)


def own_leads(world: World, partner: int, after: date) -> pl.DataFrame:
    """The partner's leads since that day in no other scheme; `started_on` = registered on."""
    taken = world.labels.filter(pl.col("subject_kind") == "lead")["subject_ix"]
    contracts = world.labels.filter(pl.col("subject_kind") == "contract")["subject_ix"]
    deals = world.contracts.filter(where_in("contract_ix", contracts))["lead_ix"].drop_nulls()
    day = pl.col("registered_at").dt.date()
    return world.leads.filter(
        (pl.col("partner_ix") == partner)
        & (day >= after)
        & (day <= world.period.last_day)
        & ~where_in("lead_ix", taken)
        & ~where_in("lead_ix", deals)
    ).with_columns(started_on=day)


def cancel(world: World, ends: pl.DataFrame) -> World:
    """Contracts end on `cancelled_on` (rows: contract_ix, cancelled_on) and nothing follows."""
    changes = ends.select("contract_ix", "cancelled_on", cancel_known_on="cancelled_on")
    touched = where_in("contract_ix", changes["contract_ix"])
    limits = changes.select("contract_ix", ends_on="cancelled_on")
    before = (pl.col("occurred_on") < pl.col("ends_on")) & ~pl.col("stage").is_in(
        ["cancellation", "reinstatement"]
    )
    kept = (
        world.events.join(limits, on="contract_ix", how="left", maintain_order="left")
        .filter(~touched | before)
        .drop("ends_on")
    )
    ended = changes.select(
        "contract_ix",
        stage=pl.lit("cancellation"),
        occurred_on="cancelled_on",
        entered_on="cancel_known_on",
        event_ix=next_number(world.events, "event_ix") + pl.int_range(pl.len()),
    )
    updated = overwrite(world.contracts, "contract_ix", changes).with_columns(
        reinstated_on=pl.when(touched).then(None).otherwise("reinstated_on")
    )
    return world.changed(contracts=updated, events=pl.concat([kept, ended], how="diagonal_relaxed"))


def enter_deals(
    rng: np.random.Generator, world: World, models: pl.DataFrame, lead_days: Numbers | None = None
) -> tuple[World, pl.DataFrame]:
    """More contracts, shaped like the models with their days and prices, with all that follows.

    `lead_days`: the lead comes so many days before the agreement; None: no lead of its own.
    """
    fresh = renumbered(
        models, "contract_ix", next_number(world.contracts, "contract_ix")
    ).with_columns(
        *(_never(name) for name in ("cancelled_on", "cancel_known_on", "reinstated_on")),
        *(_never(name) for name in ("corrected_on", "handed_on", "deal_lost_on")),
        lead_ix=pl.lit(None, pl.Int64),
        entered_on=pl.col("agreed_on"),
        entered_yen=pl.lit(None, pl.Int64),
        claimed_yen=pl.lit(None, pl.Int64),
        is_paid_for=pl.lit(True),
    )
    leads = world.leads.clear()
    if lead_days is not None:
        leads = _leads_of(world, models, fresh, lead_days)
        fresh = fresh.with_columns(lead_ix=leads["lead_ix"])
    new = fresh.select(world.contracts.columns).cast(world.contracts.schema)
    events = make_events(rng, new, world.products, world.period)
    papers = make_evidence(rng, new, events, leads)
    world = world.changed(
        contracts=pl.concat([world.contracts, new]),
        leads=pl.concat([world.leads, leads]),
        events=_and(world.events, events, "event_ix"),
        evidence=_and(world.evidence, papers, "evidence_ix"),
    )
    return world, new.with_columns(started_on=pl.col("contracted_on"))


def fresh_customers(rng: np.random.Generator, world: World, n: int) -> pl.DataFrame:
    """Companies that nobody has dealt with yet."""
    known = pl.concat([world.leads["customer_ix"], world.contracts["customer_ix"]])
    free = world.customers.filter(~where_in("customer_ix", known.unique()))
    return free[rng.permutation(free.height)[:n]]


def last_month(world: World) -> date:
    """The first day of the month that the simulated time ends in."""
    return world.period.last_day.replace(day=1)


def settled(world: World, *, days_before_end: int) -> pl.Expr:
    """Contracts signed at least so long before the end."""
    return pl.col("contracted_on") <= world.period.last_day - timedelta(days_before_end)


def _leads_of(
    world: World, models: pl.DataFrame, fresh: pl.DataFrame, lead_days: Numbers
) -> pl.DataFrame:
    first = models.select("lead_ix").join(world.leads, on="lead_ix", maintain_order="left")
    registered = fresh["agreed_on"].cast(pl.Datetime("us")) + first["registered_at"].dt.time().cast(
        pl.Duration("us")
    )
    leads = renumbered(first, "lead_ix", next_number(world.leads, "lead_ix")).with_columns(
        *fresh.select("partner_ix", "rep_ix", "customer_ix", "product_ix", "agreed_on"),
        registered_at=pl.lit(registered) - lasting(lead_days),
        decided_on=pl.lit(registered).dt.date(),
        meeting_on=pl.lit(registered).dt.date(),
        is_rejected=pl.lit(False),
        lost_on=pl.lit(None, pl.Date),
        deleted_on=pl.lit(None, pl.Date),
        handed_on=pl.lit(None, pl.Date),
        is_blank_in_file=pl.lit(False),
    )
    return leads.select(world.leads.columns).cast(world.leads.schema)


def _and(frame: pl.DataFrame, more: pl.DataFrame, key: str) -> pl.DataFrame:
    return pl.concat(
        [frame, renumbered(more, key, next_number(frame, key))], how="diagonal_relaxed"
    )


def _never(name: str) -> pl.Expr:
    return pl.lit(None, pl.Date).alias(name)
