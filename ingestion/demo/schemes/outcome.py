"""What becomes of the deals: customers that do not stay, come again, complain, or never were."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl

from ..business_days import Numbers
from ..enablement import complained
from ..labels import overwrite, renumbered, where_in
from ..world import World, at_time_of_day, lasting
from .acts import (
    HALF,
    SECOND,
    Plan,
    accuse,
    cancel,
    chosen_contracts,
    enter_deals,
    fresh_customers,
    settled,
)
from .duplicates import enter_leads

_MONTH = 30.4
# What is done already is signed two days after it was agreed at the latest.
_WITHIN_DAYS = (pl.col("contracted_on"), pl.col("agreed_on") + pl.duration(days=2))


def ghost_contract(rng: np.random.Generator, world: World, plan: Plan) -> World:
    """Contracts nobody has: no onboarding, use or fee. Subtle: few, and set up on paper."""
    chosen = chosen_contracts(rng, world, plan, plan.at(0.14, 0.08, 0.05, 0.03))
    touched = where_in("contract_ix", chosen["contract_ix"])
    shown = plan.at([], [], [], ["customer_success"])  # a report that costs nothing to write
    served = touched & ~pl.col("stage").is_in(["cancellation", *shown])
    report = touched & (pl.col("kind") == "onboarding_report")
    unpaid = chosen.select("contract_ix", is_paid_for=pl.lit(False))
    world = world.changed(
        contracts=overwrite(world.contracts, "contract_ix", unpaid),
        events=world.events.filter(~served),
        evidence=world.evidence.filter(~report),
    )
    return accuse(world, plan, chosen, kind="contract")


def churn_after_clawback(rng: np.random.Generator, world: World, plan: Plan) -> World:
    """Customers kept just long enough. Blatant: six of ten leave 2 to 15 days after the clawback
    window, subtle: a seventh within 5 to 55."""
    terms = world.terms.filter(
        (pl.col("partner_ix") == plan.partner) & (pl.col("stage") == "contract")
    )
    months = int(terms["clawback_months"].max() or 6)  # type: ignore[arg-type]
    early = settled(world, days_before_end=31 * months + 80)
    share = plan.at(0.6, 0.45, 0.3, 0.14)
    chosen = chosen_contracts(rng, world, plan, share, where=early, whole_time=True)
    lag = rng.integers(*plan.at((2, 15), (3, 25), (5, 40), (5, 55)), chosen.height)
    after = pl.col("starts_on").dt.offset_by(f"{months}mo") + lasting(lag)
    ends = chosen.select("contract_ix", cancelled_on=after)
    return accuse(cancel(world, ends), plan, chosen, kind="contract", whole=True)


def low_persistency(rng: np.random.Generator, world: World, plan: Plan) -> World:
    """Talked into it: customers that do not need the product leave in its third to sixth month."""
    early = settled(world, days_before_end=120)
    chosen = chosen_contracts(rng, world, plan, plan.at(0.7, 0.5, 0.33, 0.2), where=early)
    months = rng.uniform(3, plan.at(5, 6, 7, 9), chosen.height)
    ends = chosen.select(
        "contract_ix", cancelled_on=pl.col("starts_on") + lasting((months * _MONTH).astype(int))
    )
    return accuse(cancel(world, ends), plan, chosen, kind="contract", whole=True)


def cancel_and_rejoin(rng: np.random.Generator, world: World, plan: Plan) -> World:
    """Cancelled, and signed again as new. Blatant: within ten days, nothing changed. Subtle: after
    three months or more, under another telephone number and contact."""
    early = settled(world, days_before_end=240)
    chosen = chosen_contracts(rng, world, plan, plan.at(0.14, 0.1, 0.06, 0.04), where=early)
    ends = pl.col("starts_on") + lasting(rng.integers(20, 70, chosen.height))
    world = cancel(world, chosen.select("contract_ix", cancelled_on=ends))
    gap = rng.integers(*plan.at((1, 10), (10, 40), (30, 80), (80, 120)), chosen.height)
    again = _dated(chosen.with_columns(agreed_on=ends + lasting(gap)))
    world, again = _under_another_name(rng, world, again) if plan.level > SECOND else (world, again)
    world, new = enter_deals(rng, world, again, rng.integers(0, 4, again.height))
    return accuse(world, plan, new, kind="contract")


def product_twisting(rng: np.random.Generator, world: World, plan: Plan) -> World:
    """A customer is moved from what it has to what pays the partner more.

    Blatant: four of ten, on the same days. Subtle: one of fourteen, some weeks between.
    """
    early = settled(world, days_before_end=210)
    dear, dearest = _dearest(world)
    share = plan.at(0.4, 0.25, 0.12, 0.07)
    cheap = early & ~pl.col("product_ix").is_in([dear, dearest])
    chosen = chosen_contracts(rng, world, plan, share, where=cheap, whole_time=True)
    ends = pl.col("starts_on") + lasting(rng.integers(60, 150, chosen.height))
    world = cancel(world, chosen.select("contract_ix", cancelled_on=ends))
    gap = rng.integers(*plan.at((0, 3), (2, 10), (6, 20), (15, 26)), chosen.height)
    other = world.products.filter(pl.col("product_ix") == dear).row(0, named=True)
    models = chosen.with_columns(
        agreed_on=ends + lasting(gap),
        product_ix=pl.lit(dear, pl.Int64),
        initial_yen=pl.lit(other["list_initial_yen"], pl.Int64),
        monthly_yen=pl.lit(other["list_monthly_yen"], pl.Int64),
        term_months=pl.lit(other["term_months"], pl.Int64),
        discount_rate=pl.lit(0.0),
    )
    world, new = enter_deals(rng, world, _dated(models), rng.integers(0, 6, chosen.height))
    return accuse(
        world, plan, pl.concat([chosen, new], how="diagonal_relaxed"), kind="contract", whole=True
    )


def complaint_rate(rng: np.random.Generator, world: World, plan: Plan) -> World:
    """Pushed into signing, customers complain or cool off within the week."""
    chosen = chosen_contracts(rng, world, plan, plan.at(0.35, 0.22, 0.14, 0.09))
    cools = pl.Series(rng.random(chosen.height) < HALF)
    ends = chosen.filter(cools).select(
        "contract_ix", cancelled_on=pl.max_horizontal("contracted_on", "starts_on") + lasting([5])
    )
    kind = np.where(cools.to_numpy(), "cooling_off", "other")
    lag = np.where(cools.to_numpy(), 5, rng.integers(3, 60, chosen.height))
    told = complained(chosen, kind, lag, np.zeros(chosen.height))
    world = cancel(world, ends).changed(complaints=pl.concat([world.complaints, told]))
    return accuse(world, plan, chosen, kind="contract", whole=True)


def downstream_collapse(rng: np.random.Generator, world: World, plan: Plan) -> World:
    """Names from a directory, entered for the fee of a lead: hardly one is ever met.

    Blatant: four times the honest leads, so that a fifth as many of all are agreed. Subtle: a third
    of them, half of which get a meeting.
    """
    day = pl.col("registered_at").dt.date()
    until = world.period.last_day - timedelta(20)
    early = world.leads.filter(
        (pl.col("partner_ix") == plan.partner) & (day >= plan.start) & (day <= until)
    ).with_columns(started_on=day)
    n = min(round(early.height * plan.at(4.0, 1.0, 0.6, 0.35)), world.leads.height // 12)
    models = early[np.sort(rng.integers(0, max(early.height, 1), n))] if early.height else early
    invented = fresh_customers(rng, world, models.height)
    models = models[: invented.height]
    registered = models["started_on"].to_numpy().astype("datetime64[D]")
    world, leads = enter_leads(
        world, models, invented, at_time_of_day(rng, registered), plan.partner
    )
    met = pl.Series(rng.random(leads.height) < plan.at(0.0, 0.1, 0.25, 0.5))
    lost = pl.col("started_on") + lasting(rng.integers(15, 60, leads.height))
    changes = leads.select(
        "lead_ix", lost_on=lost, meeting_on=pl.when(met).then(pl.col("started_on") + lasting([9]))
    )
    world = world.changed(leads=overwrite(world.leads, "lead_ix", changes))
    return accuse(world, plan, leads, kind="lead", whole=True)


def too_good_conversion(rng: np.random.Generator, world: World, plan: Plan) -> World:
    """Deals that are done elsewhere are entered as leads days before they are signed.

    Its own as late as possible, and others' as its own: blatant one and a half times what it signs.
    """
    before = plan.at((0, 2), (1, 4), (2, 7), (4, 12))
    world, others = _brought(rng, world, plan, before)
    chosen = chosen_contracts(rng, world, plan, plan.at(0.85, 0.65, 0.45, 0.25))
    chosen = chosen.filter(~where_in("contract_ix", others["contract_ix"]))
    world, late = _entered_late(rng, world, chosen, rng.integers(*before, chosen.height))
    return accuse(world, plan, pl.concat([late, others]), kind="contract", whole=True)


def _brought(
    rng: np.random.Generator, world: World, plan: Plan, before: tuple[int, int]
) -> tuple[World, pl.DataFrame]:
    """Deals of customers that were won elsewhere, shaped like the partner's own."""
    own = chosen_contracts(rng, world, plan, 1.0)
    signed = (pl.col("partner_ix") == plan.partner) & pl.col("contracted_on").is_not_null()
    n = round(world.contracts.filter(signed).height * plan.at(1.5, 0.9, 0.45, 0.2))
    models = own[np.sort(rng.integers(0, max(own.height, 1), n))] if own.height else own
    customers = fresh_customers(rng, world, models.height)["customer_ix"]
    models = models[: len(customers)].with_columns(
        customer_ix=customers, contracted_on=pl.min_horizontal(*_WITHIN_DAYS)
    )
    return enter_deals(rng, world, models, rng.integers(*before, models.height))


def _entered_late(
    rng: np.random.Generator, world: World, chosen: pl.DataFrame, before: Numbers
) -> tuple[World, pl.DataFrame]:
    """The leads of these contracts come so many days before the agreement, and little after it."""
    moved = chosen.select(
        "contract_ix",
        "lead_ix",
        contracted_on=pl.min_horizontal(*_WITHIN_DAYS),
        day=pl.col("agreed_on") - lasting(before),
    )
    hour = pl.duration(hours=pl.lit(pl.Series(rng.integers(9, 12, chosen.height))))
    leads = moved.select(
        "lead_ix",
        registered_at=pl.col("day").cast(pl.Datetime("us")) + hour,
        decided_on="day",
        meeting_on="day",
    )
    papers = world.evidence.join(moved, on="contract_ix").filter(
        pl.col("signed_on") < pl.col("day")
    )
    signed = papers.select("evidence_ix", signed_on="day")
    world = world.changed(
        leads=overwrite(world.leads, "lead_ix", leads),
        contracts=overwrite(
            world.contracts, "contract_ix", moved.select("contract_ix", "contracted_on")
        ),
        evidence=overwrite(world.evidence, "evidence_ix", signed),
    )
    return world, chosen.with_columns(
        started_on=moved["contracted_on"], contracted_on=moved["contracted_on"]
    )


def _dated(models: pl.DataFrame) -> pl.DataFrame:
    """Contracts signed on the day of their agreement that start the week after."""
    return models.with_columns(
        contracted_on=pl.col("agreed_on"), starts_on=pl.col("agreed_on") + pl.duration(days=7)
    )


def _dearest(world: World) -> tuple[int, int]:
    """The product with the dearest first year, and the runner-up."""
    year = pl.col("list_initial_yen") + 12 * pl.col("list_monthly_yen")
    first, second = world.products.sort(year, descending=True)["product_ix"].head(2)
    return int(first), int(second)


def _under_another_name(
    rng: np.random.Generator, world: World, deals: pl.DataFrame
) -> tuple[World, pl.DataFrame]:
    """The same companies with other contacts and numbers, as new customers."""
    n, known = deals.height, world.customers
    same = deals.select("customer_ix").join(known, on="customer_ix", maintain_order="left")
    other = fresh_customers(rng, world, n)
    new = renumbered(same, "customer_ix", known.height).with_columns(
        contact_name=other["contact_name"],
        phone=other["phone"],
        email=pl.concat_str(pl.lit("office."), "email"),
        corporate_number=pl.lit(None, pl.String),
    )
    world = world.changed(customers=pl.concat([known, new.select(known.columns)]))
    return world, deals.with_columns(customer_ix=new["customer_ix"])
