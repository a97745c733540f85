"""What happens between a lead and the end of its contract."""

from __future__ import annotations

from ingestion.columns import Entity, Kind, of_kind, secret, text
from ingestion.entities.common import CHANNELS, CUSTOMER, EVENT_STAGES, VERSION

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
        *CUSTOMER,
        text("legal_basis", "consent", "entrustment", "joint_use"),
        *of_kind(Kind.DATE, "consent_on"),
        *VERSION,
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
        *CUSTOMER,
        *VERSION,
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
        *VERSION,
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
        *VERSION,
    ),
)
COLLECTIONS = Entity(
    "collections",
    key=("collection_id",),
    columns=(
        *of_kind(Kind.ID, "collection_id*", "contract_id*"),
        *of_kind(Kind.DATE, "due_on*", "collected_on"),
        *of_kind(Kind.YEN, "amount_yen*"),
        secret(Kind.ACCOUNT, "payer_account"),
        *VERSION,
    ),
)
COMPLAINTS = Entity(
    "complaints",
    key=("complaint_id",),
    columns=(
        *of_kind(Kind.ID, "complaint_id*", "partner_id*", "contract_id"),
        text(
            "kind",
            "不実告知",
            "無断契約",
            "威迫",
            "無断値引き",
            "虚偽所属",
            "cooling_off",
            "other",
            required=True,
        ),
        *of_kind(Kind.DATE, "received_on*"),
        *of_kind(Kind.BOOLEAN, "verified"),
        *VERSION,
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
        *VERSION,
    ),
)
# A reviewer's word on two records of customers, each by its place: leads:crm:L-1, leads:PT-001:A-3
# (entity, door or uploader, number); one of them may be a partner or rep, partner_reps:crm:R-1. The
# last word on a pair stands; `open` takes it back.
IDENTITY_DECISIONS = Entity(
    "identity_decisions",
    key=("decision_id",),
    columns=(
        *of_kind(Kind.ID, "decision_id*", "first_record*", "second_record*"),
        text("verdict", "same", "not_same", "open", required=True),
        text("decided_by", required=True),
        *of_kind(Kind.TIMESTAMP, "decided_at*"),
        text("note"),
        *VERSION,
    ),
)
