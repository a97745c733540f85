"""What a whole number may be, beyond being one: limits of single columns, at every door."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


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
