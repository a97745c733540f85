"""What the file rows behind a flag say, side by side: the dates, numbers and documents it rests on.

`told.csv` names for each rule the columns that its page shows of each kind of row; `=` compares the
rows, and a line without an entity is the hint. Read from the lake; where it cannot be read, nothing
is shown. No personal value stands here in the clear: an account shows its last digits, a document
the start of its hash, and of the rest only the page says that it is the same.
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import duckdb
from django.urls import reverse
from django.utils import timezone

from review.desk import words
from review.desk.fields import entity_label, field_label
from review.desk.lake_rows import read_rows
from review.desk.parts import Finding, Part, is_yen, last_digits, partner_part
from review.desk.payee import list_payments
from review.desk.published import columns_of, partner_names

# So many rows of one kind a page shows.
MOST = 30
# What never stands on the page in the clear; `=` says which of it is the same in several rows.
_COMPARED = (
    "corporate_number_hash",
    "company_name_hash",
    "contact_name_hash",
    "phone_hash",
    "email_hash",
    "address_hash",
    "bank_account_hash",
    "payer_account_hash",
)
ACCOUNTS = ("bank_account", "payer_account")
_UNITED = """
select scope_id || ':' || record_id, united_id from restricted.customers
where entity = 'contracts' and scope_id <> 'crm' and list_contains(?::varchar[], record_id)
"""
_HINT = "証拠の行に書かれている内容です。右端の行番号から元の行を開けます。"
_SAME_HINT = (
    "「同じ値」の同じ番号は同じ値です。個人の値は「当事者の情報」か元の行で確かめてください。"
)
_SAME = "同じ値"
_LABELS = {"known_at": "取込日時"}


def list_told(
    connection: duckdb.DuckDBPyConnection,
    home: Path,
    flag: dict[str, Any],
    files: list[dict[str, Any]],
) -> list[Finding]:
    """A table for each kind of evidence row that `told.csv` has for the flag's rule.

    `files`: as `list_evidence` gives them.
    """
    shown = dict(_columns().get(flag["rule_id"], {}))
    hint = " ".join(shown.pop("", []))
    names = partner_names(connection) if shown else {}
    rows = {entity: read_rows(home, entity, files) for entity in shown}
    _unite(connection, [row for found in rows.values() for row in found])
    tables = [
        _table(flag["flag_id"], entity, columns, rows[entity], names)
        for entity, columns in shown.items()
        if rows[entity]
    ]
    if flag["rule_id"] == "payee_change":
        tables = [list_payments(rows), *tables]
    return [
        replace(table, hint=(hint if place == 0 else "") + table.hint)
        for place, table in enumerate(table for table in tables if table.rows)
    ]


def _table(
    flag_id: str,
    entity: str,
    columns: list[str],
    rows: list[dict[str, Any]],
    names: dict[str, str],
) -> Finding:
    rows.sort(key=lambda row: [str(row.get(name) or "") for name in _order(columns)])
    fields = [name for name in columns if any(row.get(name) is not None for row in rows)]
    compares = "=" in columns
    same = _same(rows, entity) if compares else []
    cells = []
    for place, row in enumerate(rows[:MOST]):
        line = [[_part(name, row.get(name), names)] for name in fields]
        if compares:
            line.append([Part(text) for text in same[place]] or [Part("—")])
        link = {"id": flag_id, "file": row["_file_sha256"], "row": row["_row_number"]}
        cells.append(
            [*line, [Part(str(row["_row_number"]), link=f"{reverse('row')}?{urlencode(link)}")]]
        )
    headers = (
        *(_LABELS.get(name) or field_label(entity, name) for name in fields),
        *([_SAME] * compares),
        "行",
    )
    rest = f"ほかに{len(rows) - MOST}行あります。" if len(rows) > MOST else ""
    return Finding(
        f"{entity_label(entity)}の記載", _HINT + _SAME_HINT * compares + rest, headers, cells
    )


def _order(columns: list[str]) -> list[str]:
    """Documents first, so that the rows of one stand together; then by day, then by number."""
    days = [name for name in columns if name.endswith(("_on", "_at"))]
    return [name for name in columns if name == "document_sha256"] + days + columns


def _unite(connection: duckdb.DuckDBPyConnection, rows: list[dict[str, Any]]) -> None:
    """A partner's own number of a contract becomes the one that all pages use."""
    stated = [row["contract_id"] for row in rows if row.get("contract_id")]
    if not stated or "united_id" not in columns_of(connection, "restricted", "customers"):
        return
    united = dict(connection.execute(_UNITED, [stated]).fetchall())
    for row in rows:
        if "contract_id" not in row:
            continue
        known = united.get(f"{row['scope']}:{row['contract_id']}")
        row["contract_id"] = known or row["contract_id"]


def _same(rows: list[dict[str, Any]], entity: str) -> list[list[str]]:
    """For each row which of its hidden values other rows have, too, numbered by the value."""
    told: list[list[str]] = [[] for _ in rows]
    for name in _COMPARED:
        counted = Counter(row[name] for row in rows if row.get(name))
        numbers = {
            value: number
            for number, value in enumerate(
                (value for value, count in counted.items() if count > 1), start=1
            )
        }
        label = field_label(entity, name.removesuffix("_hash"))
        for place, row in enumerate(rows):
            if row.get(name) in numbers:
                told[place].append(f"{label}（{numbers[row[name]]}）")
    return told


def _part(name: str, value: Any, names: dict[str, str]) -> Part:
    if value is None or value == "":
        return Part("—")
    if name in ("partner_id", "parent_partner_id"):
        return partner_part(str(value), names)
    return Part(_text(name, value))


def _text(name: str, value: Any) -> str:
    text = str(value)
    if name in ACCOUNTS:
        text = last_digits(text)
    elif name == "document_sha256":
        text = f"{text.lower()[:8]}…"
    elif isinstance(value, bool):
        text = "はい" if value else "いいえ"
    elif isinstance(value, datetime):
        text = f"{timezone.localtime(value.replace(tzinfo=UTC)):%Y-%m-%d %H:%M}"
    elif is_yen(name, text):
        text = f"{int(value):,}円"
    elif name.endswith("_rate"):
        text = f"{100 * value:.3g}%"
    return _WORDS.get(name, {}).get(text, text)


_WORDS = {
    "evidence_kind": words.DOCUMENTS,
    "stage": words.STAGES,
    "contract_status": words.CONTRACT_STATUSES,
    "channel": words.CHANNELS,
}


@cache
def _columns() -> dict[str, dict[str, list[str]]]:
    shown: dict[str, dict[str, list[str]]] = {}
    with (Path(__file__).parent / "told.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            shown.setdefault(row["rule_id"], {})[row["entity"]] = row["fields"].split()
    return shown
