"""Money in and out: the monthly fees of the customers, and what the vendor paid its partners."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

from .world import World, happens, lasting

_LATE, _NEVER = 0.03, 0.002
_AHEAD = 0.6  # of the customers, whose commission waits for no monthly fee
_WITH_TAX = 110  # percent
_SLIPS = {1: 90, 2: 108}  # percent of two of the payments: the clerk's mistakes


def make_collections(rng: np.random.Generator, world: World) -> pl.DataFrame:
    """One row a fee of a partner's contract, due by the last day; the first with the initial price.

    A reseller's customers pay by the month, of the others six of ten for the whole term ahead.
    Direct debit takes nearly all on the day; three of a hundred come 5 to 40 days late, two of a
    thousand never. Nobody pays for a contract that nobody has (`is_paid_for`).
    """
    fees = _fees(rng, world)
    n = fees.height
    lag = np.where(happens(rng, n, _LATE), rng.integers(5, 41, n), 0)
    paid = pl.Series(~happens(rng, n, _NEVER)) & fees["is_paid_for"]
    accounts = world.customers.select("customer_ix", "payer_account")
    return fees.join(accounts, on="customer_ix", maintain_order="left").select(
        "contract_ix",
        "month",
        "due_on",
        "amount_yen",
        "payer_account",
        collected_on=pl.when(paid).then(pl.col("due_on") + lasting(lag)),
    )


def _fees(rng: np.random.Generator, world: World) -> pl.DataFrame:
    """The partners' contracts × the months from their start (`month`) in which a fee is due."""
    last_day, starts = world.period.last_day, pl.col("starts_on")
    contracts = world.contracts.filter(
        pl.col("contracted_on").is_not_null() & (pl.col("partner_ix") >= 0) & (starts <= last_day)
    )
    ahead = pl.Series(happens(rng, contracts.height, _AHEAD)) & ~_sold_by_reseller(world, contracts)
    step = pl.when(pl.lit(ahead)).then("term_months").otherwise(1)
    ends = pl.when(pl.col("reinstated_on").is_null()).then("cancelled_on")
    until = pl.min_horizontal(ends, pl.lit(last_day) + timedelta(1))
    months = (until.dt.year() - starts.dt.year()) * 12 + (
        until.dt.month().cast(pl.Int32) - starts.dt.month()
    )
    last = pl.when(pl.col("monthly_yen") > 0).then(pl.max_horizontal(months, 0)).otherwise(0)
    first = pl.when(pl.col("month") == 0).then("initial_yen").otherwise(0)
    return (
        contracts.with_columns(until=until, step=step)
        .with_columns(month=pl.int_ranges(0, last + 1, "step"))
        .explode("month")
        .with_columns(due_on=starts.dt.offset_by(pl.format("{}mo", "month")))
        .with_columns(amount_yen=pl.col("monthly_yen") * pl.col("step") + first)
        .filter((pl.col("due_on") < pl.col("until")) & (pl.col("amount_yen") > 0))
    )


def _sold_by_reseller(world: World, contracts: pl.DataFrame) -> pl.Series:
    kind = world.partners["partner_kind"].gather(contracts["partner_ix"])
    return kind == "reseller"


def known_collections(world: World, day: date) -> pl.DataFrame:
    """The fees due by `day` of a numbered world, as the billing system shows them on it."""
    deals = world.contracts.filter("in_crm").select("contract_ix", "contract_id")
    seen = pl.when(pl.col("collected_on") <= day).then("collected_on")
    return (
        world.collections.filter(pl.col("due_on") <= day)
        .join(deals, on="contract_ix", maintain_order="left")
        .with_columns(collected_on=seen)
        .select(
            pl.format("{}-{}", pl.col("contract_id").str.replace("C", "F"), "month").alias(
                "collection_id"
            ),
            "contract_id",
            "due_on",
            "collected_on",
            "amount_yen",
            "payer_account",
            known_on=pl.max_horizontal("due_on", "collected_on"),
        )
    )


def known_payouts(world: World, day: date) -> pl.DataFrame:
    """What the vendor's clerk paid on the agreed days of the last month, from her own sheet.

    The sheet knows the contracts of the month before and the general terms, and 10 % tax; the
    second payment is short and the third one too high. Without `statement_id`: she had none.
    """
    end = world.period.last_day.replace(day=1) - timedelta(1)
    sold = world.contracts.filter(
        pl.col("contracted_on").is_between(end.replace(day=1), end) & (pl.col("partner_ix") >= 0)
    )
    priced = _sheet(world, sold)
    pay_day = _pay_days(world)
    percent = pl.int_range(pl.len()).replace_strict(_SLIPS, default=100, return_dtype=pl.Int64)
    return (
        priced.join(pay_day, on="partner_ix")
        .sort("partner_id")
        .select(
            payout_id=pl.format("PO-{}-{}", pl.lit(f"{end:%Y%m}"), "partner_id"),
            partner_id="partner_id",
            paid_on="paid_on",
            amount_yen=pl.col("yen") * percent // 100,
        )
        .filter(pl.col("paid_on") <= day)
    )


def _sheet(world: World, sold: pl.DataFrame) -> pl.DataFrame:
    """Partner → yen with tax by its newest general term of the stage contract."""
    terms = world.terms.filter(
        (pl.col("stage") == "contract")
        & (pl.col("payee") == "seller")
        & pl.col("scenario").is_null()
        & pl.col("product_id").is_null()
        & pl.col("recurring_months").is_null()
        & pl.col("partner_ix").is_not_null()
    ).unique("partner_ix", keep="last", maintain_order=True)
    year = pl.col("initial_yen") + pl.col("monthly_yen") * pl.min_horizontal("term_months", 12)
    share = year * pl.coalesce("ppm", 0) // 1_000_000
    return (
        sold.join(terms.select("partner_ix", "partner_id", "fixed_yen", "ppm"), on="partner_ix")
        .group_by("partner_ix", "partner_id")
        .agg(yen=(pl.coalesce("fixed_yen", 0) + share).sum() * _WITH_TAX // 100)
    )


def _pay_days(world: World) -> pl.DataFrame:
    last = world.period.last_day
    newest = world.agreements.sort("version").unique("partner_ix", keep="last", maintain_order=True)
    return newest.select(
        "partner_ix",
        paid_on=pl.date(last.year, last.month, pl.min_horizontal("payment_day", last.day)),
    )
