"""The canonical entities: every column is declared here and nowhere else (DOMAIN §3).

A column's `kind` says how a cell is read and how the value is stored (`DTYPES`). A column with
`hashed=True` also gets `<column>_hash`, a keyed hash made at ingestion: marts join on that and
never see the value. `personal=True` keeps the value out of every mart but the restricted ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import polars as pl


class Kind(Enum):
    """How a cell is read: the value type, or the normal form of a text."""

    TEXT = "text"
    ID = "id"
    DATE = "date"
    TIMESTAMP = "timestamp"
    YEN = "yen"
    INTEGER = "integer"
    RATE = "rate"
    BOOLEAN = "boolean"
    COMPANY = "company"
    PERSON = "person"
    PHONE = "phone"
    EMAIL = "email"
    POSTAL_CODE = "postal_code"
    PREFECTURE = "prefecture"
    ADDRESS = "address"
    CORPORATE_NUMBER = "corporate_number"
    INVOICE_NUMBER = "invoice_number"
    ACCOUNT = "account"


# Everything that is not listed is stored as text. Rates are exact decimals, timestamps naive UTC.
DTYPES: dict[Kind, pl.DataType] = {
    Kind.DATE: pl.Date(),
    Kind.TIMESTAMP: pl.Datetime("us"),
    Kind.YEN: pl.Int64(),
    Kind.INTEGER: pl.Int64(),
    Kind.RATE: pl.Decimal(9, 6),
    Kind.BOOLEAN: pl.Boolean(),
}


@dataclass(frozen=True)
class Column:
    name: str
    kind: Kind = Kind.TEXT
    required: bool = False
    choices: tuple[str, ...] = ()
    personal: bool = False
    hashed: bool = False

    @property
    def dtype(self) -> pl.DataType:
        return DTYPES.get(self.kind, pl.String())


@dataclass(frozen=True)
class Entity:
    """`key` identifies a row within one source; `uploadable` entities may come from partners."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    uploadable: bool = False

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.required)

    @property
    def hashed(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.hashed)

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


def _text(name: str, *choices: str, required: bool = False) -> Column:
    return Column(name, Kind.TEXT, required, choices)


def _of(kind: Kind, *names: str) -> tuple[Column, ...]:
    """Columns of one kind; a trailing `*` on a name marks it required."""
    return tuple(Column(name.rstrip("*"), kind, name.endswith("*")) for name in names)


def _secret(kind: Kind, name: str, hashed: bool = True) -> Column:
    return Column(name, kind, personal=True, hashed=hashed)


STAGES = ("lead", "agreement", "contract", "onboarding", "customer_success", "renewal", "upsell")
EVENT_STAGES = (*STAGES[3:], "cancellation", "reinstatement", "first_use")
CHANNELS = ("partner", "marketing", "sales")

# Every entity may carry a tombstone and a version time (DOMAIN §3).
_VERSION = (*_of(Kind.BOOLEAN, "is_deleted"), *_of(Kind.TIMESTAMP, "updated_at"))
_CUSTOMER = (
    _secret(Kind.COMPANY, "company_name"),
    _secret(Kind.PERSON, "company_name_kana", hashed=False),
    Column("corporate_number", Kind.CORPORATE_NUMBER, hashed=True),
    _secret(Kind.PERSON, "contact_name"),
    _secret(Kind.PERSON, "contact_name_kana", hashed=False),
    _secret(Kind.EMAIL, "email"),
    _secret(Kind.PHONE, "phone"),
    _secret(Kind.POSTAL_CODE, "postal_code", hashed=False),
    Column("prefecture", Kind.PREFECTURE),
    _secret(Kind.ADDRESS, "address"),
)

PARTNERS = Entity(
    "partners",
    key=("partner_id",),
    columns=(
        *_of(Kind.ID, "partner_id*"),
        Column("partner_name", Kind.COMPANY, required=True, hashed=True),
        *_of(Kind.BOOLEAN, "is_gaikoin"),
        _text(
            "partner_kind",
            "sales_agency",
            "referral_agency",
            "reseller",
            "co_seller",
            required=True,
        ),
        _text("alliance_kind", "business", "capital", "capital_and_business"),
        *_of(Kind.ID, "parent_partner_id"),
        _text("rank"),
        *_of(Kind.BOOLEAN, "is_individual"),
        _text("legal_regime", "toriteki", "freelance", "contract_only", "unknown"),
        Column("corporate_number", Kind.CORPORATE_NUMBER, hashed=True),
        *_of(Kind.INVOICE_NUMBER, "invoice_number"),
        *_of(Kind.PREFECTURE, "prefecture"),
        _secret(Kind.ADDRESS, "address"),
        _secret(Kind.PHONE, "phone"),
        _secret(Kind.EMAIL, "email"),
        _secret(Kind.ACCOUNT, "bank_account"),
        *_of(Kind.DATE, "joined_on", "ended_on"),
        *_VERSION,
    ),
)
PARTNER_REPS = Entity(
    "partner_reps",
    key=("rep_id",),
    uploadable=True,
    columns=(
        *_of(Kind.ID, "rep_id*", "partner_id*"),
        Column("rep_name", Kind.PERSON, required=True, personal=True, hashed=True),
        _secret(Kind.EMAIL, "email"),
        _secret(Kind.PHONE, "phone"),
        *_of(Kind.DATE, "started_on", "ended_on"),
        *_VERSION,
    ),
)
PRODUCTS = Entity(
    "products",
    key=("product_id",),
    columns=(
        *_of(Kind.ID, "product_id*"),
        _text("product_name", required=True),
        _text("product_category"),
        *_of(Kind.YEN, "list_initial_yen", "list_monthly_yen"),
        *_of(Kind.RATE, "gross_margin_rate", "max_discount_rate"),
        *_VERSION,
    ),
)
AGREEMENTS = Entity(
    "agreements",
    key=("agreement_id", "version"),
    columns=(
        *_of(Kind.ID, "agreement_id*"),
        *_of(Kind.INTEGER, "version*"),
        *_of(Kind.ID, "partner_id*"),
        *_of(Kind.DATE, "effective_from*", "effective_to", "signed_on"),
        *_of(Kind.INTEGER, "closing_day", "payment_month_offset", "payment_day"),
        _text("holiday_shift", "previous", "next"),
        *_of(Kind.BOOLEAN, "subcontracting_allowed", "clawback_netting_allowed"),
        _text("territory"),
        *_VERSION,
    ),
)
COMMISSION_TERMS = Entity(
    "commission_terms",
    key=("term_id",),
    columns=(
        *_of(Kind.ID, "term_id*", "agreement_id*"),
        *_of(Kind.INTEGER, "agreement_version*"),
        _text("scenario"),
        *_of(Kind.ID, "product_id"),
        _text("stage", *STAGES, required=True),
        _text("required_evidence"),
        _text("basis", "fixed", "rate", required=True),
        _text("base_amount", "initial", "monthly", "first_year", "event"),
        *_of(Kind.YEN, "fixed_yen"),
        *_of(Kind.RATE, "rate"),
        *_of(Kind.INTEGER, "recurring_months"),
        *_of(Kind.BOOLEAN, "requires_collection"),
        _text("tier_measure", "none", "count", "amount"),
        _text("tier_window", "month", "quarter", "fiscal_year"),
        _text("tier_mode", "marginal", "slab"),
        *_of(Kind.YEN, "cap_event_yen", "cap_window_yen"),
        *_of(Kind.INTEGER, "maturation_days"),
        _text("clawback_method", "none", "full", "linear", "stepped"),
        *_of(Kind.INTEGER, "clawback_months"),
        _text("payee", "seller", "parent", "grandparent"),
        *_of(Kind.BOOLEAN, "applies_to_existing"),
        _text("proposed_by"),
        _text("approved_by"),
        *_of(Kind.DATE, "approved_on"),
        *_VERSION,
    ),
)
COMMISSION_TIERS = Entity(
    "commission_tiers",
    key=("term_id", "from_value"),
    columns=(
        *_of(Kind.ID, "term_id*"),
        *_of(Kind.YEN, "from_value*", "fixed_yen"),
        *_of(Kind.RATE, "rate"),
        *_VERSION,
    ),
)
LEADS = Entity(
    "leads",
    key=("lead_id",),
    uploadable=True,
    columns=(
        *_of(Kind.ID, "lead_id*", "partner_ref"),
        *_of(Kind.TIMESTAMP, "registered_at*"),
        _text("channel", *CHANNELS, required=True),
        *_of(Kind.ID, "partner_id", "rep_id"),
        _text("campaign"),
        *_of(Kind.ID, "product_id"),
        _text("lead_status", "new", "accepted", "rejected", "meeting", "lost"),
        _text("reject_reason"),
        *_of(Kind.DATE, "meeting_on"),
        *_CUSTOMER,
        _text("legal_basis", "consent", "entrustment", "joint_use"),
        *_of(Kind.DATE, "consent_on"),
        *_VERSION,
    ),
)
CONTRACTS = Entity(
    "contracts",
    key=("contract_id",),
    uploadable=True,
    columns=(
        *_of(Kind.ID, "contract_id*", "lead_id", "partner_ref"),
        _text("channel", *CHANNELS, required=True),
        *_of(Kind.ID, "partner_id", "rep_id", "product_id*"),
        *_of(Kind.DATE, "agreed_on", "contracted_on", "starts_on"),
        *_of(Kind.INTEGER, "term_months"),
        *_of(Kind.YEN, "initial_yen", "monthly_yen"),
        *_of(Kind.RATE, "discount_rate"),
        _secret(Kind.ACCOUNT, "payer_account"),
        _text("contract_status", "agreed", "active", "cancelled", "lost"),
        *_of(Kind.DATE, "cancelled_on"),
        _text("cancel_reason"),
        *_CUSTOMER,
        *_VERSION,
    ),
)
CONTRACT_EVENTS = Entity(
    "contract_events",
    key=("event_id",),
    uploadable=True,
    columns=(
        *_of(Kind.ID, "event_id*", "contract_id*"),
        _text("stage", *EVENT_STAGES, required=True),
        *_of(Kind.DATE, "occurred_on*"),
        *_of(Kind.YEN, "amount_yen", "monthly_yen"),
        *_of(Kind.INTEGER, "term_months"),
        *_of(Kind.ID, "product_id"),
        _text("performed_by", "partner", "vendor"),
        *_VERSION,
    ),
)
EVIDENCE = Entity(
    "evidence",
    key=("evidence_id",),
    uploadable=True,
    columns=(
        *_of(Kind.ID, "evidence_id*", "contract_id*"),
        _text("evidence_kind", required=True),
        *_of(Kind.DATE, "signed_on"),
        _secret(Kind.PERSON, "signer_name"),
        *_of(Kind.TIMESTAMP, "received_at*"),
        *_of(Kind.ID, "document_sha256"),
        *_VERSION,
    ),
)
# A reviewer's verdict; comes as the file `inbox/review/decisions.csv` (DOMAIN §6).
DECISIONS = Entity(
    "decisions",
    key=("decision_id",),
    columns=(
        *_of(Kind.ID, "decision_id*", "flag_id*"),
        *_of(Kind.ID, "evidence_seen"),
        _text(
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
        _text("money_action", "release", "withhold", "claw_back", "penalty"),
        _text("decided_by", required=True),
        _text("second_by"),
        *_of(Kind.TIMESTAMP, "decided_at*"),
        _text("reason_code"),
        _text("note"),
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
