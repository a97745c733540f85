"""What a flag's page names beside the measured value: which values, fields, changes and parties.

Each is a table of the reviewers' publication or of the marts beside it; an older publication that
lacks it shows nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from operator import itemgetter
from typing import Any

import duckdb
from django.conf import settings

from review.desk import words
from review.desk.commission_findings import find_hugged, find_missing, find_unpaid
from review.desk.fields import entity_label, field_label
from review.desk.pairs import said_same
from review.desk.parts import Finding, Part, cells, is_yen, partner_part
from review.desk.published import FIGURES, business_day, columns_of, partner_names, records_of

_RING = """
select tie_number, identifier_kind, partner_id, customer_id
from restricted.ring_ties
where ring_id in (select ring_id from restricted.ring_ties where partner_id = ?)
order by tie_number, partner_id nulls last, customer_id
"""
_CUSTOMERS = """
select customer_id, any_value(company_name) as company_name,
    any_value(contact_name) as contact_name,
    string_agg(distinct case when entity = 'contracts' then united_id end, '・') as contract_ids
from restricted.customers
where customer_id in (select customer_id from restricted.ring_ties where ring_id in (
    select ring_id from restricted.ring_ties where partner_id = ?
))
group by customer_id
"""
_IDENTITIES = """
select identifier_kind, holder_kind, holder_id
from restricted.shared_identities
where contract_id = ?
order by all
"""
_PLACES = """
select concat_ws(':', entity, scope_id, record_id) as place
from restricted.customers
where (entity = 'leads' and united_id = ?) or (entity = 'contracts' and united_id = ?)
"""
_LOST = """
select entity, field, rate_before, rate_now, lost_points, row_count, since_on
from restricted.fields_lost
where partner_id = ?
order by lost_points desc, entity, field
limit 10
"""
_DRIFT = f"""
select changed_on, field, old_value, new_value, closed_period, effect_yen
from {FIGURES}.marts.post_close_drift
where contract_id = ?
order by changed_on, field
"""


def find_ring(connection: duckdb.DuckDBPyConnection, flag: dict[str, Any]) -> list[Finding]:
    """Which kinds of value tie which partners and customers; the values stand with the people."""
    ties = records_of(connection, _RING, [flag["partner_id"]])
    customers = {
        record["customer_id"]: record
        for record in records_of(connection, _CUSTOMERS, [flag["partner_id"]])
    }
    names = partner_names(connection)
    rows = []
    for (number, kind), tied in groupby(ties, itemgetter("tie_number", "identifier_kind")):
        carriers = list(tied)
        sellers = [tie["partner_id"] for tie in carriers if tie["partner_id"]]
        buyers = [tie["customer_id"] for tie in carriers if tie["customer_id"]]
        rows.append(
            [
                [Part(f"{words.IDENTIFIERS.get(kind, kind)}（{number}）")],
                [partner_part(name, names) for name in sellers] or [Part("—")],
                [Part(f"{len(buyers)}件")] * bool(buyers)
                + [_customer(customers.get(name, {}), name) for name in buyers]
                or [Part("—")],
            ]
        )
    hint = "同じ番号の値を共有する代理店と顧客です。実際の値は「当事者の情報」で確かめてください。"
    return [Finding("共有されている項目", hint, ("共有項目", "代理店・その担当者", "顧客"), rows)]


def find_identity(connection: duckdb.DuckDBPyConnection, flag: dict[str, Any]) -> list[Finding]:
    """Which identifiers are shared and whose; a likeness that a person's word made says so."""
    names = partner_names(connection)
    rows = [
        [
            [Part(words.IDENTIFIERS.get(row["identifier_kind"], row["identifier_kind"]))],
            [
                partner_part(row["holder_id"], names)
                if row["holder_kind"] == "partner"
                else Part(f"担当者 {row['holder_id']}")
            ],
        ]
        for row in _identities(connection, flag)
    ]
    hint = "代理店のものには、その担当者のものを含みます。"
    if any(row[0][0].text == words.IDENTIFIERS["word"] for row in rows):
        hint += "審査担当の判定によるものは「名寄せ確認」で取り消せます。"
    return [Finding("一致した項目", hint, ("顧客と一致する項目", "誰のものか"), rows)]


def _identities(
    connection: duckdb.DuckDBPyConnection, flag: dict[str, Any]
) -> list[dict[str, Any]]:
    shared = records_of(connection, _IDENTITIES, [flag["contract_id"]])
    is_told = columns_of(connection, "restricted", "customers")
    if not is_told or not any(row["identifier_kind"] == "likeness" for row in shared):
        return shared
    said = said_same(settings.TEIKEI_HOME, business_day(connection))
    places = [
        row["place"]
        for row in records_of(connection, _PLACES, [flag["lead_id"], flag["contract_id"]])
    ]
    return [
        row | {"identifier_kind": "word"}
        if row["identifier_kind"] == "likeness"
        and any(frozenset((place, _holder(row))) in said for place in places)
        else row
        for row in shared
    ]


def _holder(row: dict[str, Any]) -> str:
    """Where the words on it stand: entity:door:number."""
    door, _, number = row["holder_id"].rpartition(":")
    entity = "partners" if row["holder_kind"] == "partner" else "partner_reps"
    return f"{entity}:{door or 'crm'}:{number}"


def find_fields_lost(connection: duckdb.DuckDBPyConnection, flag: dict[str, Any]) -> list[Finding]:
    rows = [
        cells(
            f"{entity_label(row['entity'])}の{field_label(row['entity'], row['field'])}",
            f"{100 * row['rate_before']:.1f}%",
            f"{100 * row['rate_now']:.1f}%",
            f"−{row['lost_points']}ポイント",
            f"{row['row_count']:,}件",
            f"{row['since_on']} 受領分から",
        )
        for row in records_of(connection, _LOST, [flag["partner_id"]])
    ]
    hint = "直近2回の納品と、それより前の納品を比べています。件数の少ない訂正の納品は数えません。"
    headers = ("項目", "以前の記入率", "直近2回（良い方）", "低下", "件数（少ない方）", "いつから")
    return [Finding("記入されなくなった項目", hint, headers, rows)]


def find_drift(connection: duckdb.DuckDBPyConnection, flag: dict[str, Any]) -> list[Finding]:
    rows = []
    changes = records_of(connection, _DRIFT, [flag["contract_id"]])
    for day, of_day in groupby(changes, itemgetter("changed_on")):
        for place, change in enumerate(of_day):
            yen = f"{change['effect_yen']:+,}円" if change["effect_yen"] else "なし"
            rows.append(
                cells(
                    str(day),
                    field_label("contracts", change["field"]),
                    f"{_amount(change, 'old_value')} → {_amount(change, 'new_value')}",
                    _direction(change),
                    change["closed_period"],
                    "同上（同じ夜の変更の合計）" if place else yen,
                )
            )
    hint = "影響額は、締めた期間の手数料が同じ夜の変更で増減した額です。"
    headers = ("変更日", "項目", "変更前 → 変更後", "方向", "締めた期間", "影響額")
    return [Finding("締め後に変更された項目", hint, headers, rows)]


# rule → what it reads, and the table without which there is nothing to read
_FINDERS: dict[
    str,
    tuple[
        Callable[[duckdb.DuckDBPyConnection, dict[str, Any]], list[Finding]],
        tuple[str, str, str],
    ],
] = {
    "ring": (find_ring, ("restricted", "ring_ties", "")),
    "self_dealing": (find_identity, ("restricted", "shared_identities", "")),
    "coverage_blackout": (find_fields_lost, ("restricted", "fields_lost", "")),
    "post_close_drift": (find_drift, ("marts", "post_close_drift", FIGURES)),
    "consent_missing": (find_missing, ("marts", "fct_commission_decisions", FIGURES)),
    "threshold_hugging": (find_hugged, ("restricted", "windows_hugged", "")),
    "minimum_hugging": (find_hugged, ("restricted", "windows_hugged", "")),
    "ghost_contract": (find_unpaid, ("restricted", "fees_unpaid", "")),
}


def list_findings(connection: duckdb.DuckDBPyConnection, flag: dict[str, Any]) -> list[Finding]:
    """The tables of a flag's rule that have rows; no rule but those above has one."""
    finder, table = _FINDERS.get(flag["rule_id"], (None, ("", "", "")))
    if finder is None or not columns_of(connection, *table):
        return []
    return [finding for finding in finder(connection, flag) if finding.rows]


_ANSWERS = {"true": "はい", "false": "いいえ"}


def _customer(record: dict[str, Any], customer_id: str) -> Part:
    name = record.get("company_name") or record.get("contact_name") or ""
    return Part(f"{name}（{record.get('contract_ids') or customer_id}）")


def _amount(change: dict[str, Any], side: str) -> str:
    value = change[side]
    if value is None:
        return "（空欄）"
    if value in _ANSWERS:
        return _ANSWERS[value]
    return f"{int(value):,}円" if is_yen(change["field"], value) else str(value)


def _direction(change: dict[str, Any]) -> str:
    """Up or down for numbers, earlier or later for days; else only that it changed."""
    old, new = change["old_value"], change["new_value"]
    if old is None or new is None:
        return "記入" if old is None else "削除"
    if change["field"].endswith("_on"):
        return "後ろへ" if new > old else "前へ"
    if old.lstrip("-").isdecimal() and new.lstrip("-").isdecimal():
        return "増" if int(new) > int(old) else "減"
    return "変更"
