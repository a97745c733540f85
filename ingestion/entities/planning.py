"""What the channels cost, what they must bring, and what others pay."""

from __future__ import annotations

from ingestion.columns import Entity, Kind, of_kind, text
from ingestion.entities.common import CHANNELS, STAGES, VERSION

CHANNEL_COSTS = Entity(
    "channel_costs",
    key=("month", "channel", "cost_kind"),
    columns=(
        *of_kind(Kind.MONTH, "month*"),
        text("channel", *CHANNELS, required=True),
        text("cost_kind", required=True),
        *of_kind(Kind.YEN, "amount_yen*"),
        *VERSION,
    ),
)
# A target is a number of things, yen or a rate, as its measure says.
PLAN_TARGETS = Entity(
    "plan_targets",
    key=("month", "channel", "measure"),
    columns=(
        *of_kind(Kind.MONTH, "month*"),
        text("channel", *CHANNELS, required=True),
        text("measure", required=True),
        *of_kind(Kind.DECIMAL, "target*"),
        *VERSION,
    ),
)
# `basis` as in commission_terms: low and high are yen when fixed, a share of 1 when a rate.
MARKET_BENCHMARKS = Entity(
    "market_benchmarks",
    key=("product_category", "stage", "basis"),
    columns=(
        text("product_category", required=True),
        text("stage", *STAGES, required=True),
        text("basis", "fixed", "rate", required=True),
        *of_kind(Kind.DECIMAL, "low*", "high*"),
        text("source"),
        *VERSION,
    ),
)
