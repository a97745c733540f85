"""Who sells for the vendor, whom it wants to win, and what partners are enabled to do."""

from __future__ import annotations

from ingestion.columns import Column, Entity, Kind, of_kind, secret, text
from ingestion.entities.common import PARTNER_KINDS, VERSION

PARTNERS = Entity(
    "partners",
    key=("partner_id",),
    columns=(
        *of_kind(Kind.ID, "partner_id*"),
        Column("partner_name", Kind.COMPANY, required=True, hashed=True),
        *of_kind(Kind.BOOLEAN, "is_gaikoin"),
        text("partner_kind", *PARTNER_KINDS, required=True),
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
        *VERSION,
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
        *VERSION,
    ),
)
# A company that is asked to become a partner is business data, as partner_name is.
PARTNER_PROSPECTS = Entity(
    "partner_prospects",
    key=("prospect_id",),
    columns=(
        *of_kind(Kind.ID, "prospect_id*"),
        Column("prospect_name", Kind.COMPANY, required=True, hashed=True),
        text("partner_kind", *PARTNER_KINDS),
        text(
            "method", "site_form", "listing_site", "referral", "cold_call", "event", required=True
        ),
        *of_kind(Kind.DATE, "approached_on*", "replied_on", "met_on", "proposed_on"),
        *of_kind(Kind.DATE, "signed_on", "lost_on"),
        text("lost_reason"),
        *of_kind(Kind.ID, "partner_id"),
        *of_kind(Kind.YEN, "cost_yen"),
        *VERSION,
    ),
)
JOINT_PLANS = Entity(
    "joint_plans",
    key=("plan_id", "month"),
    own_id="plan_id",
    uploadable=True,
    columns=(
        *of_kind(Kind.ID, "plan_id*", "partner_id*"),
        *of_kind(Kind.MONTH, "month*"),
        *of_kind(Kind.INTEGER, "committed_reps", "target_leads", "target_contracts"),
        *of_kind(Kind.YEN, "target_yen"),
        *of_kind(Kind.DATE, "approved_by_vendor_on", "approved_by_decision_maker_on"),
        *of_kind(Kind.DATE, "approved_by_sales_head_on"),
        *VERSION,
    ),
)
TRAININGS = Entity(
    "trainings",
    key=("training_id",),
    uploadable=True,
    columns=(
        *of_kind(Kind.ID, "training_id*", "rep_id*"),
        text("course", "product_knowledge", "sales_skill", "prohibited_acts", required=True),
        *of_kind(Kind.DATE, "completed_on"),
        *of_kind(Kind.DECIMAL, "score"),
        *of_kind(Kind.BOOLEAN, "passed"),
        *of_kind(Kind.DATE, "expires_on"),
        *VERSION,
    ),
)
INQUIRIES = Entity(
    "inquiries",
    key=("inquiry_id",),
    uploadable=True,
    columns=(
        *of_kind(Kind.ID, "inquiry_id*", "partner_id*", "rep_id"),
        *of_kind(Kind.TIMESTAMP, "asked_at*"),
        text("topic"),
        text("resolved_level", "faq", "partner_head", "vendor"),
        *of_kind(Kind.TIMESTAMP, "resolved_at"),
        *VERSION,
    ),
)
# Which data a partner has agreed to send: `entity` and `field` are names of this registry.
SHARING_TERMS = Entity(
    "sharing_terms",
    key=("partner_id", "entity", "field", "agreed_from"),
    columns=(
        *of_kind(Kind.ID, "partner_id*"),
        text(
            "entity",
            "leads",
            "contracts",
            "contract_events",
            "evidence",
            "partner_reps",
            "joint_plans",
            "trainings",
            "inquiries",
            required=True,
        ),
        text("field", required=True),
        text("cadence", "daily", "weekly", "monthly"),
        *of_kind(Kind.DATE, "agreed_from*", "agreed_to"),
        *VERSION,
    ),
)
