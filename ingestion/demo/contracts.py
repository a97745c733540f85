"""From agreement to the end of a contract, with its price, start, cancellation and return."""

from __future__ import annotations

import numpy as np
import polars as pl

from .business_days import Days, push_to_month_end, roll_forward
from .funnel import NEVER, is_at_work
from .world import Period, happens

_REASONS = ("他社へ切替", "利用停止", "費用", "廃業", "移転", "機能不足")
_DISCOUNTS = np.array([0.0, 0.05, 0.1])
_SEATS = np.array([1, 2, 3, 5, 10, 20])


def make_contracts(
    rng: np.random.Generator,
    leads: pl.DataFrame,
    people: tuple[pl.DataFrame, pl.DataFrame],
    products: pl.DataFrame,
    period: Period,
) -> pl.DataFrame:
    """One row per agreed deal in order of agreement; `contracted_on` is null when it was lost.

    `entered_on`, `cancel_known_on`, `corrected_on` are when the CRM learns of it: a contract may be
    entered weeks late, a cancellation be announced before its day, an amount be put right later
    (until `corrected_on` the CRM shows `entered_yen`). `handed_on`: before, a direct deal.
    `claimed_yen`: what the partner's file says instead. `is_paid_for`: its fees are collected.
    """
    partners, reps = people
    frame = (
        leads.filter(pl.col("agreed_on").is_not_null())
        .select(
            "lead_ix", "channel", "partner_ix", "rep_ix", "product_ix", "customer_ix", "agreed_on"
        )
        .sort("agreed_on", "lead_ix")
        .with_row_index("contract_ix")
        .with_columns(pl.col("contract_ix").cast(pl.Int64))
    )
    n = frame.height
    # Some direct deals are walk-ins that never were a lead.
    walk_in = (pl.col("channel") == "sales") & pl.Series(happens(rng, n, 0.05))
    frame = frame.with_columns(
        lead_ix=pl.when(walk_in).then(None).otherwise("lead_ix"),
        has_ref=pl.Series(happens(rng, n, 0.93)),
    )
    signed = _priced(rng, _signed(rng, frame, reps, period), products)
    return _ended(rng, signed, products, partners).with_columns(
        entered_yen=pl.when(pl.col("corrected_on").is_not_null()).then(
            pl.col("initial_yen") * 11 // 10
        ),
        handed_on=pl.lit(None, pl.Date),
        claimed_yen=pl.lit(None, pl.Int64),
        is_paid_for=pl.lit(True),
    )


def _signed(
    rng: np.random.Generator, frame: pl.DataFrame, reps: pl.DataFrame, period: Period
) -> pl.DataFrame:
    n, off = frame.height, period.off
    agreed = _days(frame, "agreed_on")
    signed = happens(rng, n, 0.9)
    wanted = roll_forward(agreed + rng.gamma(1.5, 4.0, n).astype(int), off)
    contracted = push_to_month_end(rng, wanted, off, 0.35)
    months = contracted.astype("datetime64[M]")
    next_month = (months + 1 + (happens(rng, n, 0.2))).astype("datetime64[D]")
    starts = np.where(happens(rng, n, 0.7), next_month, contracted + rng.integers(3, 20, n))
    rep, partner = frame["rep_ix"].to_numpy(), frame["partner_ix"].to_numpy()
    rep = np.where((partner >= 0) & ~is_at_work(rep, contracted, reps), partner, rep)
    late = np.where(happens(rng, n, 0.01), rng.integers(10, 31, n), 0)
    return frame.with_columns(
        rep_ix=pl.Series(rep),
        contracted_on=pl.Series(np.where(signed, contracted, NEVER)),
        deal_lost_on=pl.Series(np.where(signed, NEVER, agreed + rng.integers(10, 45, n))),
        starts_on=pl.Series(np.where(signed, starts, NEVER)),
        entered_on=pl.Series(agreed + late),
    )


def _priced(rng: np.random.Generator, frame: pl.DataFrame, products: pl.DataFrame) -> pl.DataFrame:
    """List price × seats less the discount, to 100 yen; a few amounts are first entered wrongly."""
    n, product = frame.height, frame["product_ix"].to_numpy()
    limit = products["max_discount_rate"].to_numpy()[product]
    discount = np.minimum(_DISCOUNTS[rng.choice(3, n, p=[0.6, 0.25, 0.15])], limit)
    seats = _SEATS[rng.choice(6, n, p=[0.5, 0.2, 0.12, 0.1, 0.06, 0.02])]
    initial = products["list_initial_yen"].to_numpy()[product] * (1 - discount)
    monthly = products["list_monthly_yen"].to_numpy()[product] * seats * (1 - discount)
    wrong = happens(rng, n, 0.006)
    corrected = _days(frame, "agreed_on") + rng.integers(30, 75, n)
    return frame.with_columns(
        term_months=pl.Series(products["term_months"].to_numpy()[product]),
        initial_yen=pl.Series((initial // 100 * 100).astype(np.int64)),
        monthly_yen=pl.Series((monthly // 100 * 100).astype(np.int64)),
        discount_rate=pl.Series(discount),
        corrected_on=pl.Series(np.where(wrong, corrected, NEVER)),
    )


def _ended(
    rng: np.random.Generator, frame: pl.DataFrame, products: pl.DataFrame, partners: pl.DataFrame
) -> pl.DataFrame:
    """A constant monthly hazard by product and partner; one cancellation of 25 is taken back."""
    n = frame.height
    hazard = products["hazard"].to_numpy()[frame["product_ix"].to_numpy()]
    hazard = hazard * np.append(partners["churn"].to_numpy(), 1.0)[frame["partner_ix"].to_numpy()]
    starts = _days(frame, "starts_on")
    cancelled = starts + (rng.exponential(1.0, n) / hazard * 30.4).astype(np.int64) + 5
    cancelled = np.where(cancelled < starts + 900, cancelled, NEVER)
    # Three of ten give notice about a month ahead, the others are entered some days later.
    lag = np.where(happens(rng, n, 0.3), -rng.integers(10, 31, n), rng.integers(0, 4, n))
    returned = happens(rng, n, 0.04)
    return frame.with_columns(
        cancelled_on=pl.Series(cancelled),
        cancel_known_on=pl.Series(np.maximum(cancelled + lag, starts)),
        cancel_reason=pl.Series(rng.choice(_REASONS, n)),
        reinstated_on=pl.Series(np.where(returned, cancelled + rng.integers(3, 30, n), NEVER)),
    )


def _days(frame: pl.DataFrame, column: str) -> Days:
    return frame[column].to_numpy().astype("datetime64[D]")
