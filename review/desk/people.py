"""Who is behind a flag or a pair: customers' and partners' own data, side by side, to compare.

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
# So many of them a page shows, those who share something before the others.
MOST = 60
# Rules that compare a customer with others: these stand beside it.
_OF_SEVERAL = (
    "duplicate_lead_across_partners",
    "duplicate_lead_same_partner",
    "lead_already_known",
    "shared_payer",
    "similar_contact_farm",
)
_SIDES = {
    "leads": "顧客（リード）",
    "contracts": "顧客（契約）",
    "partner": "代理店",
    "rep": "担当者",
}
_SHOWN = ("corporate_number", "email", "phone", "account")
# A partner that is a person has its name where companies have theirs.
_ALIKE = dict.fromkeys(("company_name", "contact_name"), ("company_name", "contact_name"))
_CUSTOMER = """
select entity as side, {party} as party, scope_id, record_id as number, company_name, contact_name,
    corporate_number, email, phone,
    case when starts_with(address, prefecture) then address else concat(prefecture, address) end
        as address,
    payer_account as account
from restricted.customers
where {condition}
order by all
"""
_CONTACT = """
select contact_kind as side, {party} as party, scope_id,
    coalesce(rep_id || '（' || partner_id || '）', partner_id) as number,
    case when contact_kind = 'partner' then contact_name end as company_name,
    case when contact_kind = 'rep' then contact_name end as contact_name,
    null as corporate_number, email, phone, address, bank_account as account
from restricted.partner_contacts
where {condition}
order by contact_kind, partner_id, rep_id
"""
_NAMES = {
    "customers": """
select concat_ws(':', entity, scope_id, record_id) as place, coalesce(company_name, contact_name)
from restricted.customers
where list_contains(?::varchar[], place)
""",
    "partner_contacts": """
select
    case contact_kind when 'partner' then 'partners:' else 'partner_reps:' end
        || concat_ws(':', scope_id, coalesce(rep_id, partner_id)) as place,
    contact_name
from restricted.partner_contacts
where list_contains(?::varchar[], place)
""",
}
_RING = "select ring_id from restricted.ring_ties where partner_id = ?"
_OF_RING = f"(select {{}} from restricted.ring_ties where ring_id in ({_RING}))"


def as_context(people: list[dict[str, Any]]) -> dict[str, Any]:
    """What the table of people on a page needs."""
    return {
        "people": people[:MOST],
        "people_rest": max(len(people) - MOST, 0),
        "people_fields": FIELDS.values(),
    }


def list_people(
    connection: duckdb.DuckDBPyConnection, flag: dict[str, Any]
) -> list[dict[str, Any]]:
    """Records of side, door, number and `cells` (label, value, is_shared), customers first.

    A value is shared when a customer and the partner's side, or another customer that the flag
    compares it with, both have it.
    """
    found = _customers(
        connection,
        "'customer'",
        "(entity = 'leads' and united_id = ?) or (entity = 'contracts' and united_id = ?)",
        [flag["lead_id"], flag["contract_id"]],
    )
    if flag.get("rule_id") in _OF_SEVERAL:
        found += _others(connection, flag)
    found += _contacts(connection, "'seller'", "partner_id = ?", [flag["partner_id"]])
    return _marked(found)


def _others(connection: duckdb.DuckDBPyConnection, flag: dict[str, Any]) -> list[dict[str, Any]]:
    """The customers whose rows speak of the flag, too; older publications do not tell the rows."""
    if not {"file_sha256", "row_number"} <= columns_of(connection, "restricted", "customers"):
        return []
    return _customers(
        connection,
        "coalesce(customer_id, united_id)",
        "list_contains(?::varchar[], file_sha256 || ':' || row_number)"
        " and united_id is distinct from ? and united_id is distinct from ?",
        [(flag["evidence_rows"] or "").split(";"), flag["lead_id"], flag["contract_id"]],
    )


def list_ring(connection: duckdb.DuckDBPyConnection, partner_id: str) -> list[dict[str, Any]]:
    """As `list_people`, of a partner's ring: who shares a number, mail or account with another."""
    if not columns_of(connection, "restricted", "ring_ties"):
        return []
    members = _OF_RING.format("customer_id"), _OF_RING.format("partner_id")
    found = _customers(connection, "customer_id", f"customer_id in {members[0]}", [partner_id])
    found += _contacts(connection, "partner_id", f"partner_id in {members[1]}", [partner_id])
    places = [place for place, name in enumerate(FIELDS) if name in _SHOWN]
    people = _marked(found)
    return [who for who in people if any(who["cells"][n]["is_shared"] for n in places)]


def record_names(connection: duckdb.DuckDBPyConnection, places: list[str]) -> dict[str, str]:
    """`entity:door:number` → the name in that record, for those that have one."""
    names: dict[str, str] = {}
    for table, sql in _NAMES.items():
        if columns_of(connection, "restricted", table):
            names |= dict(connection.execute(sql, [places]).fetchall())
    return {place: name for place, name in names.items() if name}


def find_record(connection: duckdb.DuckDBPyConnection, place: str) -> list[dict[str, Any]]:
    """The record at `entity:door:number` as one bare record for `side_by_side`, or none."""
    entity, scope, number = [*place.split(":", 2), "", ""][:3]
    if entity in ("leads", "contracts"):
        condition = "entity = ? and scope_id = ? and record_id = ?"
        return _customers(connection, "?", condition, [place, entity, scope, number])
    if entity in ("partners", "partner_reps"):
        kind = "partner" if entity == "partners" else "rep"
        condition = "contact_kind = ? and scope_id = ? and coalesce(rep_id, partner_id) = ?"
        return _contacts(connection, "?", condition, [place, kind, scope, number])
    return []


def side_by_side(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """As `list_people`, of records of two parties: what they have in common is marked."""
    return _marked(records)


def _customers(
    connection: duckdb.DuckDBPyConnection, party: str, condition: str, values: list[Any]
) -> list[dict[str, Any]]:
    if not columns_of(connection, "restricted", "customers"):
        return []
    return records_of(connection, _CUSTOMER.format(party=party, condition=condition), values)


def _contacts(
    connection: duckdb.DuckDBPyConnection, party: str, condition: str, values: list[Any]
) -> list[dict[str, Any]]:
    if not columns_of(connection, "restricted", "partner_contacts"):
        return []
    return records_of(connection, _CONTACT.format(party=party, condition=condition), values)


def _marked(people: list[dict[str, Any]]) -> list[dict[str, Any]]:
    shared = {name: _shared(_ALIKE.get(name, (name,)), people) for name in FIELDS}
    marked = [
        {
            "side": _SIDES.get(person["side"], person["side"]),
            "door": "CRM" if person["scope_id"] == "crm" else person["scope_id"],
            "number": person["number"],
            "cells": [
                {"label": label, "value": person[name], "is_shared": person[name] in shared[name]}
                for name, label in FIELDS.items()
            ],
        }
        for person in people
    ]
    if len(marked) > MOST:
        # nobody who shares something is left out before all others are
        marked.sort(key=lambda who: not any(cell["is_shared"] for cell in who["cells"]))
    return marked


def _shared(fields: tuple[str, ...], people: list[dict[str, Any]]) -> set[str]:
    """Values that more than one party has in one of these fields."""
    parties: dict[str, set[str]] = {}
    for person in people:
        for value in filter(None, (person[name] for name in fields)):
            parties.setdefault(value, set()).add(person["party"])
    return {value for value, having in parties.items() if len(having) > 1}
