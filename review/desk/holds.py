"""What still holds the money of a flag that holds it no longer: other flags of the same scope."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import duckdb
from django.urls import reverse

from review.desk.parts import Finding, Part
from review.desk.published import FIGURES, columns_of, records_of

MOST = 20
_SCOPES = {"lead": "lead_id", "contract": "contract_id", "partner": "partner_id"}
_OTHERS = f"""
with held as (
    select posted_yen, unnest(string_split(hold_flag_ids, ';')) as flag_id
    from {FIGURES}.marts.fct_commission_availability
    where is_held and {{column}} = $subject
)
select held.flag_id, count(*) as line_count, sum(held.posted_yen) as yen,
    any_value({{title}}) as title
from held
{{join}}
where held.flag_id <> $flag_id
group by held.flag_id
order by yen desc, held.flag_id
"""


def list_other_holds(connection: duckdb.DuckDBPyConnection, flag: dict[str, Any]) -> list[Finding]:
    """For a released flag: the flags that still hold lines of its scope, with lines and yen."""
    column = _SCOPES.get(flag["hold_scope"])
    is_told = columns_of(connection, "marts", "fct_commission_availability", FIGURES)
    if flag["is_holding"] is not False or column is None or not is_told:
        return []
    has_words = columns_of(connection, "restricted", "rules")
    sql = _OTHERS.format(
        column=column,
        title="rules.title_ja" if has_words else "null",
        join="left join restricted.rules as rules"
        " on rules.rule_id = split_part(held.flag_id, ':', 1)"
        if has_words
        else "",
    )
    others = records_of(connection, sql, {"subject": flag[column], "flag_id": flag["flag_id"]})
    rows = [
        [
            [Part(other["title"] or other["flag_id"], link=_link(other["flag_id"]))],
            [Part(other["flag_id"].partition(":")[2])],
            [Part(f"{other['line_count']:,}件")],
            [Part(f"{other['yen']:,}円")],
        ]
        for other in others[:MOST]
    ]
    hint = "この検知の保留は解除されていますが、同じ範囲の次の支払は、別の検知で保留中です。"
    if len(others) > MOST:
        hint += f"ほかに{len(others) - MOST}件の検知があります。"
    headers = ("検知", "対象", "保留中の明細", "金額")
    return [Finding("ほかの検知による保留", hint, headers, rows)] if rows else []


def _link(flag_id: str) -> str:
    return f"{reverse('flag')}?{urlencode({'id': flag_id})}"
