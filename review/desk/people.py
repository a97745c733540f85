"""Who is behind a flag: the customer's and the partner's own data, side by side, to compare.

Personal data of schema `restricted`; nothing of it is kept by the desk.
"""

from __future__ import annotations

from typing import Any

import duckdb

from review.desk.published import columns_of, records_of

# What the two sides have in common, with the words of the page.
FIELDS = {
    "company_name": "会社名",
    "contact_name": "氏名・名称",
    "corporate_number": "法人番号",
    "email": "メール",
    "phone": "電話",
    "address": "住所",
    "account": "口座",
}
MOST = 30
_SIDES = {
    "leads": "顧客（リード）",
    "contracts": "顧客（契約）",
    "partner": "代理店",
    "rep": "担当者",
}
_CUSTOMERS = """
select entity as side, scope_id, company_name, contact_name, corporate_number, email, phone,
    case when starts_with(address, prefecture) then address else concat(prefecture, address) end
        as address,
    payer_account as account
from restricted.customers
where (entity = 'leads' and united_id = ?) or (entity = 'contracts' and united_id = ?)
order by all
"""
_CONTACTS = """
select contact_kind as side, scope_id, null as company_name, contact_name,
    null as corporate_number, email, phone, address, bank_account as account
from restricted.partner_contacts
where partner_id = ?
order by contact_kind, rep_id
"""


def list_people(
    connection: duckdb.DuckDBPyConnection, flag: dict[str, Any]
) -> list[dict[str, Any]]:
    """At most `MOST` records of side, door and `cells` (value, is_shared), customers first.

    A value is shared when a customer and the partner's side both have it.
    """
    people: list[dict[str, Any]] = []
    if columns_of(connection, "restricted", "customers"):
        people += records_of(connection, _CUSTOMERS, [flag["lead_id"], flag["contract_id"]])
    if columns_of(connection, "restricted", "partner_contacts"):
        people += records_of(connection, _CONTACTS, [flag["partner_id"]])
    shared = {name: _shared(name, people) for name in FIELDS}
    return [
        {
            "side": _SIDES.get(person["side"], person["side"]),
            "door": "CRM" if person["scope_id"] == "crm" else person["scope_id"],
            "cells": [
                {"value": person[name], "is_shared": person[name] in shared[name]}
                for name in FIELDS
            ],
        }
        for person in people[:MOST]
    ]


def _shared(name: str, people: list[dict[str, Any]]) -> set[str]:
    ours = {person[name] for person in people if person["side"] in ("leads", "contracts")}
    theirs = {person[name] for person in people if person["side"] in ("partner", "rep")}
    return (ours & theirs) - {None, ""}
