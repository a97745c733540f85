"""Prices that are no prices: too low, always the same, cut in parts, made to reach a tier."""

from __future__ import annotations

import numpy as np
import polars as pl

from ..labels import overwrite
from ..world import World, lasting
from .acts import Plan, accuse, chosen_contracts, enter_deals, fresh_customers

_USUAL_INITIAL, _USUAL_MONTHLY = 98_000, 14_700  # what this partner writes into every order
_SETTLING = 10  # days before the end: what is signed later may not reach the doors


def unauthorised_discount(rng: np.random.Generator, world: World, plan: Plan) -> World:
    """Sold below what anybody may allow. Blatant: half price. Subtle: four points too much."""
    chosen = chosen_contracts(rng, world, plan, plan.at(0.1, 0.05, 0.04, 0.03))
    limits = world.products.select("product_ix", "max_discount_rate")
    limit = chosen.join(limits, on="product_ix", maintain_order="left")["max_discount_rate"]
    rate = plan.at(limit * 0 + 0.5, limit * 0 + 0.35, limit + 0.12, limit + 0.04)
    share = (100 - (rate * 100).round().cast(pl.Int64)).alias("share")
    full = 1 - chosen["discount_rate"]
    changes = chosen.select(
        "contract_ix",
        discount_rate=(1 - share / 100).round(4),
        initial_yen=_rounded(pl.col("initial_yen") / full * share / 100),
        monthly_yen=_rounded(pl.col("monthly_yen") / full * share / 100),
    )
    world = world.changed(contracts=overwrite(world.contracts, "contract_ix", changes))
    return accuse(world, plan, chosen, kind="contract")


def repeated_amount(rng: np.random.Generator, world: World, plan: Plan) -> World:
    """Every order has one amount, whatever was sold. Subtle: not quite half of them."""
    chosen = chosen_contracts(rng, world, plan, plan.at(0.95, 0.8, 0.65, 0.45))
    changes = chosen.select(
        "contract_ix",
        initial_yen=pl.lit(_USUAL_INITIAL, pl.Int64),
        monthly_yen=pl.when(pl.col("monthly_yen") > 0).then(_USUAL_MONTHLY).otherwise(0),
    )
    world = world.changed(contracts=overwrite(world.contracts, "contract_ix", changes))
    return accuse(world, plan, chosen, kind="contract", whole=True)


def contract_splitting(rng: np.random.Generator, world: World, plan: Plan) -> World:
    """One order becomes several contracts, each counted. Blatant: four within two days. Subtle:
    two, eight days or more between them."""
    parts = plan.at(4, 3, 2, 2)
    whole = chosen_contracts(
        rng, world, plan, plan.at(0.08, 0.06, 0.05, 0.03), where=pl.col("monthly_yen") > 0
    )
    cut = whole.with_columns(
        initial_yen=pl.col("initial_yen") // parts, monthly_yen=pl.col("monthly_yen") // parts
    )
    money = cut.select("contract_ix", "initial_yen", "monthly_yen")
    world = world.changed(contracts=overwrite(world.contracts, "contract_ix", money))
    others = pl.concat([cut] * (parts - 1))
    gap = lasting(rng.integers(*plan.at((0, 2), (2, 5), (5, 10), (8, 14)), others.height))
    later = [(pl.col(name) + gap).alias(name) for name in ("contracted_on", "starts_on")]
    world, new = enter_deals(rng, world, others.with_columns(*later))
    both = pl.concat([cut, new], how="diagonal_relaxed")
    return accuse(world, plan, both, kind="contract")


def threshold_hugging(rng: np.random.Generator, world: World, plan: Plan) -> World:
    """Where a period's contracts nearly reach the next tier, the smallest ones fill it up.

    Blatant: in all periods up to six short, contracts of next to nothing. Subtle: in every second
    one that is one or two short, at the price of the cheapest product.
    """
    reach, monthly = plan.at(6, 4, 3, 2), plan.at(100, 1_000, 4_000, 9_800)
    periods = _short_periods(world, plan, reach)
    periods = periods[:: plan.at(1, 1, 1, 2)]
    missing = periods[np.repeat(np.arange(periods.height), periods["missing"].to_numpy())]
    sold = world.contracts.filter(
        pl.col("contracted_on").is_not_null() & (pl.col("partner_ix") == plan.partner)
    )
    if missing.is_empty() or sold.is_empty():
        return world
    n = missing.height
    cheapest = world.products.sort("list_initial_yen", "list_monthly_yen").row(0, named=True)
    ends = missing["ends_on"].to_numpy().astype("datetime64[D]")
    signed = ends - rng.integers(0, 3, n)
    agreed = signed - rng.integers(0, 4, n)
    models = sold.filter(pl.col("lead_ix").is_not_null())[:1]
    models = pl.concat([models] * n).with_columns(
        customer_ix=fresh_customers(rng, world, n)["customer_ix"],
        rep_ix=pl.lit(plan.partner, pl.Int64),
        product_ix=pl.lit(cheapest["product_ix"], pl.Int64),
        agreed_on=pl.Series(agreed),
        contracted_on=pl.Series(signed),
        starts_on=pl.Series(signed + 7),
        initial_yen=pl.lit(0, pl.Int64),
        monthly_yen=pl.lit(monthly, pl.Int64),
        discount_rate=pl.lit(0.0),
    )
    world, new = enter_deals(rng, world, models, rng.integers(2, 12, n))
    world = world.changed(evidence=_at_once(world, new))
    return accuse(world, plan, new, kind="contract", whole=True)


def _at_once(world: World, new: pl.DataFrame) -> pl.DataFrame:
    """The evidence, with the consents of the new contracts received on the day of signing: one that
    came after the closing day would count in the next period."""
    forms = world.evidence.filter(pl.col("kind") == "consent_form").join(
        new.select("contract_ix", "contracted_on"), on="contract_ix", maintain_order="left"
    )
    received = pl.col("contracted_on").dt.combine(pl.col("received_at").dt.time())
    return overwrite(
        world.evidence, "evidence_ix", forms.select("evidence_ix", received_at=received)
    )


def _counted(world: World, plan: Plan) -> pl.DataFrame:
    """`counted_on`, a row a contract that the partner's general term pays: signed and consented."""
    own = world.terms.filter(
        (pl.col("partner_ix") == plan.partner) & (pl.col("stage") == "contract")
    )["product_id"].drop_nulls()
    general = world.products.filter(~pl.col("product_id").is_in(own.implode()))["product_ix"]
    consents = world.evidence.filter(pl.col("kind") == "consent_form").group_by("contract_ix")
    received = consents.agg(received_on=pl.col("received_at").min().dt.date())
    sold = world.contracts.filter(
        pl.col("partner_ix") == plan.partner,
        pl.col("product_ix").is_in(general.implode()),
        pl.col("contracted_on").is_not_null(),
    )
    return sold.join(received, on="contract_ix").select(
        counted_on=pl.max_horizontal("contracted_on", "received_on")
    )


def _short_periods(world: World, plan: Plan, reach: int) -> pl.DataFrame:
    """`ends_on`, `missing` of the partner's periods that lack up to `reach` contracts to a tier."""
    closing = world.agreements.filter(pl.col("partner_ix") == plan.partner)["closing_day"][0]
    terms = world.terms.filter(
        pl.col("partner_ix") == plan.partner,
        pl.col("tier_measure") == "count",
        pl.col("scenario").is_null(),
    )
    tiers = world.tiers.join(terms.select("term_id"), on="term_id", how="semi")["from_value"]
    day = pl.col("counted_on")
    closes = pl.min_horizontal(pl.lit(int(closing)), day.dt.month_end().dt.day())
    later = pl.when(day.dt.day() <= closes).then(pl.lit("0mo")).otherwise(pl.lit("1mo"))
    month = day.dt.truncate("1mo").dt.offset_by(later)
    end = pl.min_horizontal(month.dt.offset_by(f"{int(closing) - 1}d"), month.dt.month_end())
    counted = (
        _counted(world, plan)
        .filter(day >= plan.start)
        .group_by(ends_on=end)
        .agg(count=pl.len().cast(pl.Int64))
        .sort("ends_on")
    )
    steps = pl.DataFrame({"tier": tiers.filter(tiers > 0).unique().sort()})
    short = counted.join(steps, how="cross").with_columns(missing=pl.col("tier") - pl.col("count"))
    until = world.period.last_day - pl.duration(days=_SETTLING)
    return short.filter(pl.col("missing").is_between(1, reach) & (pl.col("ends_on") <= until)).sort(
        "ends_on"
    )


def _rounded(yen: pl.Expr) -> pl.Expr:
    return (yen / 100).floor().cast(pl.Int64) * 100
