"""What follows a signature: onboarding, first use, success, renewals, upsells — and the papers."""

from __future__ import annotations

import numpy as np
import polars as pl

from .business_days import Days, Flags, at_month, roll_forward
from .funnel import NEVER
from .world import Period, at_time_of_day, happens, random_digests

_RENEWALS = 3  # terms of six months in eighteen months


def make_events(
    rng: np.random.Generator, contracts: pl.DataFrame, products: pl.DataFrame, period: Period
) -> pl.DataFrame:
    """One row an event of a signed contract, none on or after the cancellation in force."""
    signed = contracts.filter(pl.col("contracted_on").is_not_null())
    parts = [
        *_service_events(rng, signed, period),
        *(_renewals(rng, signed, k) for k in range(1, _RENEWALS + 1)),
        _upsells(rng, signed, products, period),
        *_endings(signed),
    ]
    ends = signed.select(
        "contract_ix", ends_on=pl.when(pl.col("reinstated_on").is_null()).then("cancelled_on")
    )
    events = pl.concat(parts, how="diagonal_relaxed").join(
        ends, on="contract_ix", maintain_order="left"
    )
    ending = pl.col("stage").is_in(["cancellation", "reinstatement"])
    alive = pl.col("ends_on").is_null() | (pl.col("occurred_on") < pl.col("ends_on"))
    events = events.filter(pl.col("occurred_on").is_not_null() & (ending | alive)).drop("ends_on")
    lag = pl.duration(days=pl.lit(pl.Series(rng.integers(0, 4, events.height))))
    return events.with_columns(
        event_ix=pl.int_range(pl.len()),
        entered_on=pl.coalesce("entered_on", pl.col("occurred_on") + lag),
    )


def make_evidence(
    rng: np.random.Generator, contracts: pl.DataFrame, events: pl.DataFrame, leads: pl.DataFrame
) -> pl.DataFrame:
    """Consent before the agreement, application at the signature, report at the onboarding.

    One document of twenty-five comes late (6–30 days), three of a thousand never: people forget.
    """
    registered = leads.select("lead_ix", lead_on=pl.col("registered_at").dt.date())
    deals = contracts.join(registered, on="lead_ix", how="left", maintain_order="left")
    sold = deals.filter(pl.col("partner_ix") >= 0)
    consent = sold.select(
        "contract_ix", "customer_ix", "lead_on", kind=pl.lit("consent_form"), day="agreed_on"
    )
    application = deals.filter(pl.col("contracted_on").is_not_null()).select(
        "contract_ix",
        "customer_ix",
        "lead_on",
        kind=pl.lit("application_form"),
        day="contracted_on",
    )
    onboarded = events.filter(pl.col("stage") == "onboarding").select(
        "contract_ix", day="occurred_on"
    )
    report = onboarded.join(sold, on="contract_ix", maintain_order="left").select(
        "contract_ix", "customer_ix", "lead_on", kind=pl.lit("onboarding_report"), day="day"
    )
    papers = pl.concat([consent, application, report])
    return _dated(rng, papers.filter(~pl.Series(happens(rng, papers.height, 0.003))))


def _dated(rng: np.random.Generator, papers: pl.DataFrame) -> pl.DataFrame:
    n = papers.height
    day = papers["day"].to_numpy().astype("datetime64[D]")
    lead = papers["lead_on"].to_numpy().astype("datetime64[D]")
    signed = day - rng.integers(0, 4, n)
    signed = np.where(np.isnat(lead) | (signed >= lead), signed, lead)
    lag = np.where(
        happens(rng, n, 0.04), rng.integers(6, 31, n), rng.choice(4, n, p=[0.55, 0.25, 0.15, 0.05])
    )
    return papers.drop("day", "lead_on").with_columns(
        evidence_ix=pl.int_range(pl.len()),
        signed_on=pl.Series(signed),
        received_at=pl.Series(at_time_of_day(rng, day + lag)),
        document_sha256=pl.Series(random_digests(rng, n)),
        signer_name=pl.lit(None, pl.String),  # null: the customer's contact
    )


def _service_events(
    rng: np.random.Generator, signed: pl.DataFrame, period: Period
) -> list[pl.DataFrame]:
    n, starts = signed.height, _days(signed, "starts_on")
    onboarded = roll_forward(starts + 7 + rng.gamma(2.0, 7.0, n).astype(int), period.off)
    used = starts + 1 + rng.gamma(1.5, 5.0, n).astype(int)
    happy = roll_forward(onboarded + rng.integers(40, 100, n), period.off)
    by_partner = (signed["partner_ix"].to_numpy() >= 0) & (happens(rng, n, 0.5))
    by = np.where(by_partner, "partner", "vendor")
    return [
        _events(signed, "onboarding", onboarded, happens(rng, n, 0.93)).with_columns(
            performed_by=pl.Series(by)
        ),
        _events(signed, "first_use", used, happens(rng, n, 0.96)),
        _events(signed, "customer_success", happy, happens(rng, n, 0.75)).with_columns(
            performed_by=pl.Series(by)
        ),
    ]


def _renewals(rng: np.random.Generator, signed: pl.DataFrame, k: int) -> pl.DataFrame:
    """The k-th renewal at the end of the k-th term: the yen of the whole new term."""
    term = signed["term_months"].to_numpy()
    day = at_month(_days(signed, "starts_on"), term * k)
    frame = _events(signed, "renewal", day, rng.random(signed.height) < 0.9**k)
    return frame.with_columns(
        term_months=signed["term_months"], amount_yen=signed["monthly_yen"] * signed["term_months"]
    )


def _upsells(
    rng: np.random.Generator, signed: pl.DataFrame, products: pl.DataFrame, period: Period
) -> pl.DataFrame:
    """Half are more of the same (a new monthly fee), half another product's initial price."""
    n = signed.height
    day = roll_forward(_days(signed, "starts_on") + rng.integers(60, 420, n), period.off)
    more = happens(rng, n, 0.5)
    other = (
        signed["product_ix"].to_numpy() + rng.integers(1, products.height, n)
    ) % products.height
    price = products["list_initial_yen"].to_numpy()[other]
    monthly = signed["monthly_yen"].to_numpy()
    return _events(signed, "upsell", day, happens(rng, n, 0.12)).with_columns(
        product_ix=pl.Series(np.where(more, -1, other)),
        monthly_yen=pl.Series(np.where(more, monthly * 3 // 2, 0)).replace(0, None),
        amount_yen=pl.Series(np.where(more, monthly // 2 * 12, price)),
    )


def _endings(signed: pl.DataFrame) -> list[pl.DataFrame]:
    cancelled = signed.select(
        "contract_ix",
        stage=pl.lit("cancellation"),
        occurred_on="cancelled_on",
        entered_on="cancel_known_on",
    )
    returned = signed.select(
        "contract_ix", stage=pl.lit("reinstatement"), occurred_on="reinstated_on"
    )
    return [cancelled, returned]


def _events(signed: pl.DataFrame, stage: str, day: Days, happens: Flags) -> pl.DataFrame:
    return signed.select(
        "contract_ix", stage=pl.lit(stage), occurred_on=pl.Series(np.where(happens, day, NEVER))
    )


def _days(frame: pl.DataFrame, column: str) -> Days:
    return frame[column].to_numpy().astype("datetime64[D]")
