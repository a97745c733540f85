"""What partners' reps learn, and what customers complain of."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl

from .world import Period, World, happens, lasting

_EVERY_REP, _ONCE = "prohibited_acts", ("product_knowledge", "sales_skill")
_VALID_DAYS, _REPEATED_AFTER = 365, 330  # a certificate's year, and when the next course is booked
_PASS_MARK = 60
_COMPLAINTS = 0.012  # of a contract, before any wrongdoing
_UPHELD_KINDS = ("不実告知", "無断契約", "威迫", "無断値引き", "虚偽所属")
_KINDS = ("other", "cooling_off", *_UPHELD_KINDS)
COMPLAINT_SCHEMA = {
    "partner_ix": pl.Int64,
    "contract_ix": pl.Int64,
    "kind": pl.String,
    "received_on": pl.Date,
    "verified": pl.Boolean,
}


def make_trainings(rng: np.random.Generator, reps: pl.DataFrame, period: Period) -> pl.DataFrame:
    """Every rep passes the course on prohibited acts before it begins, and again within the year.

    From `lapse_from` on a rep's certificate is not valid; the next course comes on `lapse_to`.
    """
    oldest = pl.lit(period.last_day) - pl.col("started_on").min()
    years = max(1, reps.select(oldest.dt.total_days()).item() // _REPEATED_AFTER + 1)
    yearly = reps.join(pl.DataFrame({"again": np.arange(years)}), how="cross").with_columns(
        course=pl.lit(_EVERY_REP)
    )
    once = pl.concat([reps.with_columns(course=pl.lit(c), again=pl.lit(0)) for c in _ONCE])
    rows = pl.concat([yearly, once], how="diagonal_relaxed")
    early = pl.Series(rng.integers(0, 11, rows.height))
    passed = (
        rows.with_columns(score=pl.Series(rng.integers(_PASS_MARK + 5, 101, rows.height)))
        .with_columns(
            completed_on=pl.col("started_on")
            + pl.duration(days=_REPEATED_AFTER * pl.col("again") - early)
        )
        .with_columns(expires_on=pl.col("completed_on") + timedelta(_VALID_DAYS))
    )
    known = _lapsed(passed).filter(
        (pl.col("completed_on") <= period.last_day)
        & (pl.col("ended_on").is_null() | (pl.col("completed_on") <= pl.col("ended_on")))
    )
    return (
        known.sort("completed_on", "rep_ix", "course")
        .select("rep_id", "course", "completed_on", "score", "expires_on", passed=pl.lit(True))
        .with_row_index("training_ix", 1)
    )


def _lapsed(passed: pl.DataFrame) -> pl.DataFrame:
    lapsing = pl.col("lapse_from").is_not_null() & (pl.col("course") == _EVERY_REP)
    meanwhile = lapsing & pl.col("completed_on").is_between("lapse_from", "lapse_to")
    before = lapsing & (pl.col("completed_on") < pl.col("lapse_from"))
    day_before = pl.col("lapse_from") - timedelta(1)
    kept = passed.filter(~meanwhile).with_columns(
        expires_on=pl.when(before)
        .then(pl.min_horizontal("expires_on", day_before))
        .otherwise("expires_on")
    )
    caught_up = passed.filter(lapsing & (pl.col("again") == 0)).with_columns(
        completed_on="lapse_to", expires_on=pl.col("lapse_to") + timedelta(_VALID_DAYS)
    )
    return pl.concat([kept, caught_up])


def make_complaints(
    rng: np.random.Generator, contracts: pl.DataFrame, partners: pl.DataFrame
) -> pl.DataFrame:
    """Now and then a customer complains; what a good partner is accused of does not prove true."""
    care = np.append(partners["churn"].to_numpy(), 0.0)[contracts["partner_ix"].to_numpy()]
    complains = rng.random(contracts.height) < _COMPLAINTS * care
    sold = contracts.filter(pl.Series(complains) & pl.col("contracted_on").is_not_null())
    n = sold.height
    kind = rng.choice(_KINDS, n, p=[0.6, 0.2, *[0.04] * len(_UPHELD_KINDS)])
    lag = np.where(kind == "cooling_off", rng.integers(1, 8, n), rng.integers(3, 90, n))
    return complained(sold, kind, lag, happens(rng, n, 0.0))


def complained(
    contracts: pl.DataFrame, kind: object, lag: object, verified: object
) -> pl.DataFrame:
    """Complaint rows about contracts, `lag` days after the signature."""
    return contracts.select(
        "partner_ix",
        "contract_ix",
        kind=pl.Series(np.asarray(kind, dtype=object), dtype=pl.String),
        received_on=pl.col("contracted_on") + lasting(np.asarray(lag)),
        verified=pl.Series(np.asarray(verified, dtype=bool)),
    ).cast(pl.Schema(COMPLAINT_SCHEMA))


def known_complaints(world: World) -> pl.DataFrame:
    """The complaints of a numbered world with ids, in order of receipt."""
    deals = world.contracts.select("contract_ix", "contract_id")
    partners = world.partners.select("partner_ix", "partner_id")
    return (
        world.complaints.join(deals, on="contract_ix", how="left", maintain_order="left")
        .join(partners, on="partner_ix", maintain_order="left")
        .sort("received_on", "contract_id", "kind")
        .with_columns(complaint_id=_number("CM"))
        .select("complaint_id", "partner_id", "contract_id", "kind", "received_on", "verified")
    )


def _number(prefix: str) -> pl.Expr:
    count = pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(5)
    return pl.format("{}-{}", pl.lit(prefix), count)
