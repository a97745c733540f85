"""Columns and words that several entities share."""

from __future__ import annotations

from ingestion.columns import Column, Kind, of_kind, secret

STAGES = ("lead", "agreement", "contract", "onboarding", "customer_success", "renewal", "upsell")
EVENT_STAGES = (*STAGES[3:], "cancellation", "reinstatement", "first_use")
CHANNELS = ("partner", "marketing", "sales")
PARTNER_KINDS = ("sales_agency", "referral_agency", "reseller", "co_seller")

# Every entity may carry a tombstone and a version time (DOMAIN §3).
VERSION = (*of_kind(Kind.BOOLEAN, "is_deleted"), *of_kind(Kind.TIMESTAMP, "updated_at"))
CUSTOMER = (
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
