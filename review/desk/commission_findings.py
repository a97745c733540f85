"""What the rules on documents, tiers and fees rest on, as tables of a flag's page."""

from __future__ import annotations

from typing import Any

import duckdb

from review.desk import words
from review.desk.parts import Finding, Part, cells
from review.desk.published import FIGURES, records_of

_MISSING = f"""
select stage, min(occurred_on) as occurred_on, missing_evidence
from {FIGURES}.marts.fct_commission_decisions
where contract_id = ? and outcome = 'waiting_evidence' and role = 'seller'
group by stage, missing_evidence
order by occurred_on, stage
"""
_HANDED_IN = f"""
select distinct unnest(string_split(evidence, ';')) as kind
from {FIGURES}.marts.fct_funnel_events
where contract_id = ? and evidence is not null
order by kind
"""
_HUGGED = """
select stage, window_kind, last_period, tier_measure, from_value, quantity
from restricted.windows_hugged
where partner_id = ? and {condition}
order by stage, last_period, from_value
limit 40
"""
_UNPAID = """
select count(*) as fee_count, min(due_on) as first_on, max(due_on) as last_on
from restricted.fees_unpaid
where contract_id = ?
having count(*) > 0
"""


def find_missing(connection: duckdb.DuckDBPyConnection, flag: dict[str, Any]) -> list[Finding]:
    """Which documents each stage waits for, beside those that have come."""
    contract = [flag["contract_id"]]
    come = [
        words.DOCUMENTS.get(row["kind"], row["kind"])
        for row in records_of(connection, _HANDED_IN, contract)
        if row["kind"]
    ]
    rows = [
        [
            [Part(words.STAGES.get(row["stage"], row["stage"]))],
            [Part(str(row["occurred_on"]))],
            [Part(words.DOCUMENTS.get(kind, kind)) for kind in row["missing_evidence"].split(";")],
            [Part(kind) for kind in come] or [Part("—")],
        ]
        for row in records_of(connection, _MISSING, contract)
    ]
    hint = "手数料の条件が求める書類のうち、まだ届いていないものです。"
    return [Finding("届いていない書類", hint, ("段階", "達成日", "未着の書類", "届いた書類"), rows)]


def find_hugged(connection: duckdb.DuckDBPyConnection, flag: dict[str, Any]) -> list[Finding]:
    is_minimum = flag["rule_id"] == "minimum_hugging"
    sql = _HUGGED.format(condition="is_minimum" if is_minimum else "windows_ago < 4")
    rows = []
    for row in records_of(connection, sql, [flag["partner_id"]]):
        unit = "円" if row["tier_measure"] == "amount" else "件"
        over = 100 * (row["quantity"] - row["from_value"]) / row["from_value"]
        rows.append(
            cells(
                words.STAGES.get(row["stage"], row["stage"]),
                f"{row['last_period']}（{words.WINDOWS.get(row['window_kind'], '')}）",
                f"{row['from_value']:,}{unit}",
                f"{row['quantity']:,}{unit}",
                f"+{row['quantity'] - row['from_value']:,}{unit}（{over:.1f}%）",
            )
        )
    hint = "手数料の段階に届いたばかりで終わった集計期間です。後で解約された契約も実績に数えます。"
    headers = ("対象の段階", "集計期間（最終月）", "段階の下限", "実績", "超過")
    return [Finding("段階の直上で終わった期間", hint, headers, rows)]


def find_unpaid(connection: duckdb.DuckDBPyConnection, flag: dict[str, Any]) -> list[Finding]:
    rows = [
        cells(f"{row['fee_count']}回", str(row["first_on"]), str(row["last_on"]))
        for row in records_of(connection, _UNPAID, [flag["contract_id"]])
    ]
    hint = "支払期日を過ぎても入金のない料金です。この契約には、入金も利用の記録もありません。"
    headers = ("未入金の請求", "最初の支払期日", "最後の支払期日")
    return [Finding("入金のない料金", hint, headers, rows)]
