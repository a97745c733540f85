"""What is sold, what was agreed about selling it, and what was paid for that."""

from __future__ import annotations

from ingestion.columns import Entity, Kind, of_kind, text
from ingestion.entities.common import STAGES, VERSION

PRODUCTS = Entity(
    "products",
    key=("product_id",),
    columns=(
        *of_kind(Kind.ID, "product_id*"),
        text("product_name", required=True),
        text("product_category"),
        *of_kind(Kind.YEN, "list_initial_yen", "list_monthly_yen"),
        *of_kind(Kind.RATE, "gross_margin_rate", "max_discount_rate"),
        *VERSION,
    ),
)
AGREEMENTS = Entity(
    "agreements",
    key=("agreement_id", "version"),
    own_id="agreement_id",
    columns=(
        *of_kind(Kind.ID, "agreement_id*"),
        *of_kind(Kind.INTEGER, "version*"),
        *of_kind(Kind.ID, "partner_id*"),
        *of_kind(Kind.DATE, "effective_from*", "effective_to", "signed_on"),
        *of_kind(Kind.INTEGER, "closing_day", "payment_month_offset", "payment_day"),
        text("holiday_shift", "previous", "next"),
        *of_kind(Kind.BOOLEAN, "subcontracting_allowed", "clawback_netting_allowed"),
        *of_kind(Kind.PREFECTURES, "territory"),
        *VERSION,
    ),
)
AGREEMENT_CLAUSES = Entity(
    "agreement_clauses",
    key=("agreement_id", "version", "clause"),
    columns=(
        *of_kind(Kind.ID, "agreement_id*"),
        *of_kind(Kind.INTEGER, "version*"),
        text("clause", required=True),
        text("prohibited_act", required=True),
        text("consequence", "notice", "hold", "forfeit", "penalty", "terminate", required=True),
        *of_kind(Kind.YEN, "penalty_yen"),
        *VERSION,
    ),
)
COMMISSION_TERMS = Entity(
    "commission_terms",
    key=("term_id",),
    columns=(
        *of_kind(Kind.ID, "term_id*", "agreement_id*"),
        *of_kind(Kind.INTEGER, "agreement_version*"),
        text("scenario"),
        *of_kind(Kind.ID, "product_id"),
        text("stage", *STAGES, required=True),
        *of_kind(Kind.EVIDENCE_KINDS, "required_evidence"),
        text("basis", "fixed", "rate", required=True),
        text("base_amount", "initial", "monthly", "first_year", "event"),
        *of_kind(Kind.YEN, "fixed_yen"),
        *of_kind(Kind.RATE, "rate"),
        *of_kind(Kind.INTEGER, "recurring_months"),
        *of_kind(Kind.BOOLEAN, "requires_collection"),
        text("tier_measure", "none", "count", "amount"),
        text("tier_window", "month", "quarter", "fiscal_year"),
        text("tier_mode", "marginal", "slab"),
        *of_kind(Kind.YEN, "cap_event_yen", "cap_window_yen"),
        *of_kind(Kind.INTEGER, "maturation_days"),
        text("clawback_method", "none", "full", "linear", "stepped"),
        *of_kind(Kind.INTEGER, "clawback_months"),
        text("payee", "seller", "parent", "grandparent"),
        *of_kind(Kind.BOOLEAN, "applies_to_existing"),
        text("proposed_by"),
        text("approved_by"),
        *of_kind(Kind.DATE, "approved_on"),
        *VERSION,
    ),
)
COMMISSION_TIERS = Entity(
    "commission_tiers",
    key=("term_id", "from_value"),
    columns=(
        *of_kind(Kind.ID, "term_id*"),
        *of_kind(Kind.YEN, "from_value*", "fixed_yen"),
        *of_kind(Kind.RATE, "rate"),
        *VERSION,
    ),
)
CLAWBACK_STEPS = Entity(
    "clawback_steps",
    key=("term_id", "from_month"),
    columns=(
        *of_kind(Kind.ID, "term_id*"),
        *of_kind(Kind.INTEGER, "from_month*"),
        *of_kind(Kind.RATE, "keep_rate"),
        *VERSION,
    ),
)
PAYOUTS = Entity(
    "payouts",
    key=("payout_id",),
    columns=(
        *of_kind(Kind.ID, "payout_id*", "partner_id*", "statement_id"),
        *of_kind(Kind.DATE, "paid_on*"),
        *of_kind(Kind.YEN, "amount_yen*"),
        *VERSION,
    ),
)
