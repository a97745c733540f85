"""The canonical entities: every column is declared here and nowhere else.

A column's `kind` says how a cell is read and how the value is stored. A column with `hashed=True`
also gets `<column>_hash`, a keyed hash made at ingestion: marts join on that and never see the
value. `personal=True` keeps the value out of every mart but the restricted ones.
"""

from __future__ import annotations

import polars as pl

from ingestion.columns import Column, Entity, Kind, of_kind, secret, text

STAGES = ("lead", "agreement", "contract", "onboarding", "customer_success", "renewal", "upsell")
EVENT_STAGES = (*STAGES[3:], "cancellation", "reinstatement", "first_use")
CHANNELS = ("partner", "marketing", "sales")

# Every entity may carry a tombstone and a version time (DOMAIN §3).
_VERSION = (*of_kind(Kind.BOOLEAN, "is_deleted"), *of_kind(Kind.TIMESTAMP, "updated_at"))
_CUSTOMER = (
    secret(Kind.COMPANY, "company_name"),
    secret(Kind.PERSON, "company_name_kana", hashed=False),
    Column("corporate_number", Kind.CORPORATE_NUMBER, hashed=True),
    secret(Kind.PERSON, "contact_name"),
    secret(Kind.PERSON, "contact_name_kana", hashed=False),
    secret(Kind.EMAIL, "email"),
    secret(Kind.PHONE, "phone"),
    secret(Kind.POSTAL_CODE, "postal_code", hashed=False),
    Column("prefecture", Kind.PREFECTURE),
    secret(Kind.ADDRESS, "address"),
)

PARTNERS = Entity(
    "partners",
    key=("partner_id",),
    columns=(
        *of_kind(Kind.ID, "partner_id*"),
        Column("partner_name", Kind.COMPANY, required=True, hashed=True),
        *of_kind(Kind.BOOLEAN, "is_gaikoin"),
        text(
            "partner_kind",
            "sales_agency",
            "referral_agency",
            "reseller",
            "co_seller",
            required=True,
        ),
        text("alliance_kind", "business", "capital", "capital_and_business"),
        *of_kind(Kind.ID, "parent_partner_id"),
        text("rank"),
        *of_kind(Kind.BOOLEAN, "is_individual"),
        text("legal_regime", "toriteki", "freelance", "contract_only", "unknown"),
        Column("corporate_number", Kind.CORPORATE_NUMBER, hashed=True),
        *of_kind(Kind.INVOICE_NUMBER, "invoice_number"),
        *of_kind(Kind.PREFECTURE, "prefecture"),
        secret(Kind.ADDRESS, "address"),
        secret(Kind.PHONE, "phone"),
        secret(Kind.EMAIL, "email"),
        secret(Kind.ACCOUNT, "bank_account"),
        *of_kind(Kind.DATE, "joined_on", "ended_on"),
        *_VERSION,
    ),
)
PARTNER_REPS = Entity(
    "partner_reps",
    key=("rep_id",),
    uploadable=True,
    columns=(
        *of_kind(Kind.ID, "rep_id*", "partner_id*"),
        Column("rep_name", Kind.PERSON, required=True, personal=True, hashed=True),
        secret(Kind.EMAIL, "email"),
        secret(Kind.PHONE, "phone"),
        *of_kind(Kind.DATE, "started_on", "ended_on"),
        *_VERSION,
    ),
)
PRODUCTS = Entity(
    "products",
    key=("product_id",),
    columns=(
        *of_kind(Kind.ID, "product_id*"),
        text("product_name", required=True),
        text("product_category"),
        *of_kind(Kind.YEN, "list_initial_yen", "list_monthly_yen"),
        *of_kind(Kind.RATE, "gross_margin_rate", "max_discount_rate"),
        *_VERSION,
    ),
)
AGREEMENTS = Entity(
    "agreements",
    key=("agreement_id", "version"),
    columns=(
        *of_kind(Kind.ID, "agreement_id*"),
        *of_kind(Kind.INTEGER, "version*"),
        *of_kind(Kind.ID, "partner_id*"),
        *of_kind(Kind.DATE, "effective_from*", "effective_to", "signed_on"),
        *of_kind(Kind.INTEGER, "closing_day", "payment_month_offset", "payment_day"),
        text("holiday_shift", "previous", "next"),
        *of_kind(Kind.BOOLEAN, "subcontracting_allowed", "clawback_netting_allowed"),
        text("territory"),
        *_VERSION,
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
        *_VERSION,
    ),
)
COMMISSION_TIERS = Entity(
    "commission_tiers",
    key=("term_id", "from_value"),
    columns=(
        *of_kind(Kind.ID, "term_id*"),
        *of_kind(Kind.YEN, "from_value*", "fixed_yen"),
        *of_kind(Kind.RATE, "rate"),
        *_VERSION,
    ),
)
LEADS = Entity(
    "leads",
    key=("lead_id",),
    uploadable=True,
    columns=(
        *of_kind(Kind.ID, "lead_id*", "partner_ref"),
        *of_kind(Kind.TIMESTAMP, "registered_at*"),
        text("channel", *CHANNELS, required=True),
        *of_kind(Kind.ID, "partner_id", "rep_id"),
        text("campaign"),
        *of_kind(Kind.ID, "product_id"),
        text("lead_status", "new", "accepted", "rejected", "meeting", "lost"),
        text("reject_reason"),
        *of_kind(Kind.DATE, "meeting_on"),
        *_CUSTOMER,
        text("legal_basis", "consent", "entrustment", "joint_use"),
        *of_kind(Kind.DATE, "consent_on"),
        *_VERSION,
    ),
)
CONTRACTS = Entity(
    "contracts",
    key=("contract_id",),
    uploadable=True,
    columns=(
        *of_kind(Kind.ID, "contract_id*", "lead_id", "partner_ref"),
        text("channel", *CHANNELS, required=True),
        *of_kind(Kind.ID, "partner_id", "rep_id", "product_id*"),
        *of_kind(Kind.DATE, "agreed_on", "contracted_on", "starts_on"),
        *of_kind(Kind.INTEGER, "term_months"),
        *of_kind(Kind.YEN, "initial_yen", "monthly_yen"),
        *of_kind(Kind.RATE, "discount_rate"),
        secret(Kind.ACCOUNT, "payer_account"),
        text("contract_status", "agreed", "active", "cancelled", "lost"),
        *of_kind(Kind.DATE, "cancelled_on"),
        text("cancel_reason"),
        *_CUSTOMER,
        *_VERSION,
    ),
)
CONTRACT_EVENTS = Entity(
    "contract_events",
    key=("event_id",),
    uploadable=True,
    columns=(
        *of_kind(Kind.ID, "event_id*", "contract_id*"),
        text("stage", *EVENT_STAGES, required=True),
        *of_kind(Kind.DATE, "occurred_on*"),
        *of_kind(Kind.YEN, "amount_yen", "monthly_yen"),
        *of_kind(Kind.INTEGER, "term_months"),
        *of_kind(Kind.ID, "product_id"),
        text("performed_by", "partner", "vendor"),
        *_VERSION,
    ),
)
EVIDENCE = Entity(
    "evidence",
    key=("evidence_id",),
    uploadable=True,
    columns=(
        *of_kind(Kind.ID, "evidence_id*", "contract_id*"),
        *of_kind(Kind.EVIDENCE_KIND, "evidence_kind*"),
        *of_kind(Kind.DATE, "signed_on"),
        secret(Kind.PERSON, "signer_name"),
        *of_kind(Kind.TIMESTAMP, "received_at*"),
        *of_kind(Kind.DIGEST, "document_sha256"),
        *_VERSION,
    ),
)
# A reviewer's verdict; comes as the file `inbox/review/decisions.csv` (DOMAIN §6).
DECISIONS = Entity(
    "decisions",
    key=("decision_id",),
    columns=(
        *of_kind(Kind.ID, "decision_id*", "flag_id*"),
        *of_kind(Kind.DIGEST, "evidence_seen"),
        text(
            "verdict",
            "confirmed",
            "policy_breach",
            "suspicious_unproven",
            "false_positive",
            "data_error",
            "escalate",
            "ask_partner",
            required=True,
        ),
        text("money_action", "release", "withhold", "claw_back", "penalty"),
        text("decided_by", required=True),
        text("second_by"),
        *of_kind(Kind.TIMESTAMP, "decided_at*"),
        text("reason_code"),
        text("note"),
        *_VERSION,
    ),
)

ENTITIES: dict[str, Entity] = {
    entity.name: entity
    for entity in (
        PARTNERS,
        PARTNER_REPS,
        PRODUCTS,
        AGREEMENTS,
        COMMISSION_TERMS,
        COMMISSION_TIERS,
        LEADS,
        CONTRACTS,
        CONTRACT_EVENTS,
        EVIDENCE,
        DECISIONS,
    )
}

# Where a row came from and when it became known; on every row of `lake/raw`.
PROVENANCE: dict[str, pl.DataType] = {
    "_batch_id": pl.String(),
    "_known_at": pl.Datetime("us"),
    "_source": pl.String(),
    "_uploader_id": pl.String(),
    "_file_name": pl.String(),
    "_file_sha256": pl.String(),
    "_row_number": pl.Int64(),
    "_extra": pl.String(),
}


def lake_schema(entity: Entity) -> dict[str, pl.DataType]:
    """Column → type of `lake/raw/*/<entity>.parquet`: declared, hashed and provenance columns."""
    schema = {column.name: column.dtype for column in entity.columns}
    schema |= {f"{column.name}_hash": pl.String() for column in entity.hashed}
    if any(column.kind is Kind.EMAIL for column in entity.columns):
        schema["email_domain"] = pl.String()
    return schema | PROVENANCE
