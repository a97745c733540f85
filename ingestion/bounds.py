"""What a number or a day may be, beyond being one: limits of single columns, at every door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import polars as pl

from ingestion.columns import Column, Entity, Kind
from ingestion.lake import TOKYO_OFFSET


@dataclass(frozen=True)
class Bound:
    """A value below `lowest`, above `highest` or in `gaps` fails with the reason `code`."""

    code: str
    lowest: int
    highest: int | None = None
    gaps: tuple[int, ...] = ()

    def broken_by(self, value: pl.Expr) -> pl.Expr:
        """Whether a value is out of bounds; an empty one never is."""
        above = pl.lit(False) if self.highest is None else value > self.highest
        broken = (value < self.lowest) | above | value.is_in(self.gaps)
        return broken.fill_null(False)


# Times of things that have happened; none lies behind the night's horizon.
PAST_TIMES = ("updated_at", "registered_at", "received_at", "asked_at", "resolved_at")
# A day before this or so long after the night is a slip in the year (docs/decisions/0037).
EARLIEST, MOST_AHEAD = date(1990, 1, 1), timedelta(days=2 * 365)
# Days on which something is to end or to be paid, and a plan: they may lie as far ahead as they
# like; of PAST_TIMES what lies ahead is said already.
_UNLIMITED = {"effective_to", "ended_on", "expires_on", "agreed_to", "due_on", "plan_targets.month"}
_START = datetime.combine(EARLIEST, time()) - TOKYO_OFFSET
_DAYS = (Kind.DATE, Kind.TIMESTAMP, Kind.MONTH)

_YEN = Bound("negative_amount", 0)
_FROM_ZERO = Bound("below_zero", 0)
_FROM_ONE = Bound("below_one", 1)

# Entity → column → its limits.
BOUNDS: dict[str, dict[str, Bound]] = {
    "agreements": {
        # 31 is the end of any month; 29 and 30 would be it in some months only
        "closing_day": Bound("bad_closing_day", 1, 31, gaps=(29, 30)),
        "payment_month_offset": _FROM_ZERO,
        "payment_day": Bound("bad_payment_day", 1, 31),
    },
    "commission_terms": {
        "fixed_yen": _YEN,
        "recurring_months": _FROM_ONE,
        "cap_event_yen": _YEN,
        "cap_window_yen": _YEN,
        "maturation_days": _FROM_ZERO,
        "clawback_months": _FROM_ZERO,
    },
    "agreement_clauses": {"penalty_yen": _YEN},
    "commission_tiers": {"from_value": _YEN, "fixed_yen": _YEN},
    "clawback_steps": {"from_month": _FROM_ZERO},
    "contracts": {"term_months": _FROM_ONE},
    "contract_events": {"term_months": _FROM_ONE},
    # collections, payouts and channel_costs may be negative: refunds, returns, credits
    "partner_prospects": {"cost_yen": _YEN},
    "joint_plans": {
        "committed_reps": _FROM_ZERO,
        "target_leads": _FROM_ZERO,
        "target_contracts": _FROM_ZERO,
        "target_yen": _YEN,
    },
    "trainings": {"score": _FROM_ZERO},
    "market_benchmarks": {"low": _FROM_ZERO, "high": _FROM_ZERO},
}


def distant_days(entity: Entity, horizon: datetime) -> dict[str, pl.Expr]:
    """Column → whether its day lies before `EARLIEST`, or `MOST_AHEAD` and more after `horizon`
    (naive UTC); null where it is empty."""
    found = {}
    for column in entity.columns:
        if column.kind in _DAYS:
            value, earliest = pl.col(column.name), _stored(_START, column)
            found[column.name] = value < earliest
            if not {column.name, f"{entity.name}.{column.name}"} & {*_UNLIMITED, *PAST_TIMES}:
                found[column.name] |= value >= _stored(horizon + MOST_AHEAD, column)
    return found


def _stored(moment: datetime, column: Column) -> pl.Expr:
    """A midnight in Tokyo (naive UTC) as a value of the column."""
    if column.kind is Kind.TIMESTAMP:
        return pl.lit(moment, pl.Datetime("us"))
    day = (moment + TOKYO_OFFSET).date()
    return pl.lit(day) if column.kind is Kind.DATE else pl.lit(f"{day:%Y-%m}")
