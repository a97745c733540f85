"""Whom a statement names: its partner with address and account, and the vendor. Personal data."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import polars as pl

PARTY = (
    "partner_name",
    "partner_address",
    "bank_account",
    "is_individual",
    "vendor_name",
    "vendor_postal_code",
    "vendor_address",
    "vendor_department",
    "vendor_invoice_number",
)
_CONTACTS = """
    select
        partner_id,
        contact_name as partner_name,
        address as partner_address,
        bank_account
    from restricted.partner_contacts
    where contact_kind = 'partner'
"""
_KINDS = "select partner_id, is_individual from marts.dim_partners"
# What stays readable of an account number: enough to know it, too little to use it.
_SHOWN_DIGITS = 3


def parties(
    restricted: Callable[[str], pl.DataFrame], marts: Callable[[str], pl.DataFrame], seeds: Path
) -> pl.DataFrame:
    """partner_id and `PARTY`, one row a partner, as of now.

    `restricted`, `marts`: run a query where the tables of that schema are. `seeds`: the folder of
    `vendor.csv`.
    """
    vendor = pl.read_csv(seeds / "vendor.csv", infer_schema=False)
    told = vendor.select("vendor_name", pl.exclude("vendor_name").name.prefix("vendor_"))
    named = marts(_KINDS).join(restricted(_CONTACTS), on="partner_id", how="left")
    return named.join(told, how="cross").select("partner_id", *PARTY)


def masked_account(account: str | None) -> str:
    """All digits but the last ones hidden; empty where no account is known.

    Of an account without the name of a bank only its end is told: stars would tell nothing.
    """
    told = account or ""
    if told and not re.search(r"[^\W\d_]", told):
        return f"登録口座（末尾{re.sub(r'[^0-9]', '', told)[-_SHOWN_DIGITS:]}）"
    return re.sub(rf"\d(?=(?:\D*\d){{{_SHOWN_DIGITS}}})", "*", told)
