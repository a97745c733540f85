"""Wrong leads: other partners' customers submitted again, own ones resubmitted, invented ones."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

from .business_days import Days
from .funnel import is_at_work
from .labels import labelled, renumbered, some
from .world import World, at_time_of_day

_HARD = 2  # the third way of copying: only name and address are left


def duplicate_submissions(
    rng: np.random.Generator, world: World, partner: int, start: date
) -> World:
    """Other partners' fresh leads (product and all) and its own rejected ones, names touched up."""
    recent = (pl.col("registered_at").dt.date() >= start) & (
        pl.col("registered_at").dt.date() <= world.period.last_day - timedelta(75)
    )
    is_open = (pl.col("partner_ix") >= 0) & ~pl.col("is_rejected") & pl.col("lost_on").is_null()
    open_lead = world.leads.filter(recent & is_open)
    others = some(rng, open_lead.filter(pl.col("partner_ix") != partner), 0.012, 6)
    own = world.leads.filter(recent & (pl.col("partner_ix") == partner) & pl.col("is_rejected"))
    world = _resubmit(rng, world, others, partner, "duplicate_across_partners")
    return _resubmit(rng, world, some(rng, own, 0.2), partner, "duplicate_same_partner")


def pad_leads(rng: np.random.Generator, world: World, partner: int, start: date) -> World:
    """Bursts of twelve invented companies in one evening, their phones counting upwards."""
    bursts = max(1, world.leads.height // 6_000)
    span = (world.period.last_day - timedelta(45) - start).days
    days = np.repeat(
        np.datetime64(start) + rng.integers(0, span, bursts).astype("timedelta64[D]"), 12
    )
    models = world.leads.filter(pl.col("partner_ix") == partner)
    models = models[rng.integers(0, models.height, len(days))]
    customers = world.customers[rng.permutation(world.customers.height)[: len(days)]]
    first = rng.integers(100, 900, bursts)
    numbers = [f"03-5600-{base + k:04d}" for base in first for k in range(12)]
    town = pl.col("address").first().over(pl.int_range(pl.len()) // 12)
    invented = customers.with_columns(
        phone=pl.Series(numbers),
        address=town,
        prefecture=pl.col("prefecture").first().over(pl.int_range(pl.len()) // 12),
        corporate_number=pl.lit(None, pl.String),
        bare_name=pl.col("bare_name") + "サポート",
        company_name=pl.col("company_name") + "サポート",
        email=pl.format(
            "{}{}@gmail.com", pl.col("email").str.split("@").list.first(), pl.int_range(pl.len())
        ),
    )
    world, leads = _added(world, models, invented, at_time_of_day(rng, days, 20, 21), partner)
    return labelled(world, "lead_padding", leads, kind="lead", difficulty="medium")


def _resubmit(
    rng: np.random.Generator, world: World, models: pl.DataFrame, partner: int, scheme: str
) -> World:
    """Copies of leads and their customers, 5 to 60 days later; every third is hard to recognise."""
    way = pl.int_range(pl.len()) % 3
    stranger = world.customers[rng.permutation(world.customers.height)[: models.height]]
    copied = models.select("customer_ix").join(
        world.customers, on="customer_ix", maintain_order="left"
    )
    copied = copied.with_columns(
        contact_name=pl.when(way == 0).then("contact_name").otherwise(stranger["contact_name"]),
        email=pl.when(way == 0).then("email").otherwise(pl.concat_str(pl.lit("info."), "email")),
        # The hard third keeps neither number: only name and address tell.
        corporate_number=pl.when(way == _HARD).then(None).otherwise("corporate_number"),
        phone=pl.when(way == _HARD).then(pl.lit(None, pl.String)).otherwise("phone"),
        address=pl.col("address").str.replace("-", "丁目", literal=True),
    )
    days = models["registered_at"].dt.date().to_numpy().astype("datetime64[D]")
    at = at_time_of_day(rng, days + rng.integers(5, 61, models.height).astype("timedelta64[D]"))
    world, leads = _added(world, models, copied, at, partner)
    difficulty = pl.Series(np.take(["easy", "medium", "hard"], np.arange(models.height) % 3))
    return labelled(world, scheme, leads.with_columns(difficulty=difficulty), kind="lead")


def _added(
    world: World,
    models: pl.DataFrame,
    customers: pl.DataFrame,
    registered: Days,
    partner: int,
) -> tuple[World, pl.DataFrame]:
    """The world with new leads of `partner`, shaped like the models, for new customers."""
    new = renumbered(customers, "customer_ix", world.customers.height)
    days = registered.astype("datetime64[D]")
    rep = models["rep_ix"].to_numpy()
    ours = models["partner_ix"].to_numpy() == partner
    at_work = ours & (rep < world.reps.height)
    at_work[at_work] = is_at_work(rep[at_work], days[at_work], world.reps)
    leads = renumbered(models, "lead_ix", world.leads.height).with_columns(
        customer_ix=new["customer_ix"],
        registered_at=pl.Series(registered).cast(world.leads.schema["registered_at"]),
        partner_ix=pl.lit(partner, pl.Int64),
        rep_ix=pl.Series(np.where(at_work, rep, partner)),
        decided_on=pl.Series(days + 1),
        is_rejected=pl.lit(False),
        meeting_on=pl.lit(None, pl.Date),
        agreed_on=pl.lit(None, pl.Date),
        lost_on=pl.lit(None, pl.Date),
        deleted_on=pl.lit(None, pl.Date),
    )
    world = world.changed(
        leads=pl.concat([world.leads, leads], how="diagonal_relaxed"),
        customers=pl.concat([world.customers, new.select(world.customers.columns)]),
    )
    return world, leads.with_columns(started_on=pl.Series(days))
