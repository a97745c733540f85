"""The receipt of a file: one page in Japanese (English beside it) that opens in any browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import Any

import polars as pl

from ingestion.entities import ENTITIES
from ingestion.guides.meanings import meaning_of
from ingestion.lake import TOKYO_OFFSET
from ingestion.replies.workbooks import MAX_ROWS

PAGE = Path(__file__).with_name("receipt_page.html")
# What lines are that count neither as taken nor as sent back.
SKIPPED = "空行・合計・注記・見出しの繰り返し・ひな形の記入例"
# What fits on one page.
_MOST_REASONS, _MOST_WARNINGS, _MOST_COLUMNS, _FIRST_LINES = 9, 4, 20, 5
# Status, or what it means → result, in English, its look, what to do.
_RESULTS = {
    "loaded": ("すべて受理しました", "all rows taken", "", ()),
    "partly": (
        "一部の行をお返しします",
        "some rows are returned",
        "attention",
        (
            "「{reply}」を開き、「理由」の列にある内容を直してください（色の付いたセルが該当箇所です）。",
            "直したファイルを、そのままもう一度お送りください。「理由」と「元の行番号」の列は残しても構いません。",
            "受理した行を送り直す必要はありません（同じ内容の行は「受領済み」と数えるだけです）。",
        ),
    ),
    "repeated": ("すべて受領済みの行でした", "all rows received before", "", ()),
    "empty": (
        "データの行がありませんでした",
        "no rows in the file",
        "attention",
        (
            "見出しの下に行を記入して、もう一度お送りください。お送りする行がなければ、何もする必要はありません。",
        ),
    ),
    "refused": (
        "受け付けできませんでした",
        "the file was not taken",
        "refused",
        (
            "このファイルからは、どの行も取り込んでいません。"
            "上の理由をご確認のうえ、ファイル全体を直して、もう一度お送りください。",
        ),
    ),
    "unwanted": (
        "受け付けできませんでした",
        "the file was not taken",
        "refused",
        ("このデータをお送りいただく必要はありません。ご不明な点は担当者へお問い合わせください。",),
    ),
    "duplicate": (
        "同じ内容のファイルを受領済みです",
        "received before",
        "",
        ("何もする必要はありません。",),
    ),
    "ignored": (
        "次回に読み込みます",
        "left for the next night",
        "",
        ("何もする必要はありません。次回の処理で読み込みます。",),
    ),
}


def receipt_page(
    receipt: Mapping[str, Any],
    rejected: pl.DataFrame,
    warnings: pl.DataFrame,
    labels: Mapping[str, str],
    reply: str,
) -> str:
    """HTML of a row of `FILES_SCHEMA`, with its `REJECTED_SCHEMA` rows and warnings.

    `labels`: column → the name the partner knows it by. `reply`: the name of the file of rejected
    rows.
    """
    result, english, mood, steps = _RESULTS[_result(receipt)]
    day = (receipt["_known_at"] + TOKYO_OFFSET).date().isoformat()
    facts = {
        "file": receipt["_file_name"],
        "partner": receipt["_uploader_id"],
        "day": day,
        "kind": _kind(receipt["entity"]),
        "sha256": receipt["_file_sha256"] or "-",
        "mood": mood,
        "result": result,
        "result_en": english,
        **{
            name: f"{receipt[f'{column}_count']:,}"
            for name, column in (
                ("rows", "row"),
                ("accepted",) * 2,
                ("rejected",) * 2,
                ("duplicate",) * 2,
            )
        },
    }
    blocks = {
        "cause": _cause(receipt),
        "reasons": _table(
            "お返しする理由", "Why rows are returned", rejected, labels, _MOST_REASONS
        ),
        "warnings": _table("お知らせ", "Please note", warnings, labels, _MOST_WARNINGS),
        "understood": _understood(receipt),
        "columns": _unknown(receipt["unknown_columns"]),
        "next": _steps(steps or ("何もする必要はありません。",), reply, receipt["rejected_count"]),
    }
    return _template().substitute({name: escape(text) for name, text in facts.items()}, **blocks)


def _result(receipt: Mapping[str, Any]) -> str:
    """The key of `_RESULTS`: what a status means to the sender."""
    if receipt["reason_code"] == "not_uploadable":
        return "unwanted"
    if receipt["status"] != "loaded":
        return str(receipt["status"])
    if receipt["rejected_count"]:
        return "partly"
    if not receipt["row_count"]:
        return "empty"
    return "loaded" if receipt["accepted_count"] else "repeated"


def _kind(entity: str | None) -> str:
    """リード (leads)"""
    return f"{meaning_of(ENTITIES[entity]).label} ({entity})" if entity in ENTITIES else "-"


@cache
def _template() -> Template:
    return Template(PAGE.read_text(encoding="utf-8"))


def _cause(receipt: Mapping[str, Any]) -> str:
    if not receipt["reason_code"]:
        return ""
    ja, en = escape(receipt["reason_ja"]), escape(receipt["reason_en"])
    return f'<br>{ja}<br><span class="en">{en}</span>'


def _table(
    title: str, english: str, problems: pl.DataFrame, labels: Mapping[str, str], most: int
) -> str:
    """Reason × column, how many rows, and the first of them."""
    if problems.is_empty():
        return ""
    groups = (
        problems.group_by("reason_code", "reason_ja", "reason_en", "column_name")
        .agg(
            rows=pl.col("_row_number").drop_nulls().n_unique(),
            first=pl.col("_row_number").drop_nulls().unique().sort().head(_FIRST_LINES),
            value=pl.col("value").first(),
        )
        .sort("rows", "reason_code", "column_name", descending=[True, False, False])
    )
    lines = "".join(_line(group, labels) for group in groups.head(most).iter_rows(named=True))
    more = groups.height - most
    rest = f'<tr><td colspan="4">ほか {more} 種類</td></tr>' if more > 0 else ""
    head = '<th>理由</th><th>項目</th><th class="number">行数</th><th>行番号</th>'
    return f"<h2>{title} <small>{english}</small></h2><table><tr>{head}</tr>{lines}{rest}</table>"


def _line(group: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    column = group["column_name"]
    # a sheet has no row; its name is the value
    what = labels.get(column, column) if column else (group["value"] if not group["rows"] else "")
    lines = "、".join(map(str, group["first"]))
    more = " ほか" if group["rows"] > len(group["first"]) else ""
    return (
        f'<tr><td>{escape(group["reason_ja"])}<br><span class="en">{escape(group["reason_en"])}'
        f'</span></td><td>{escape(what or "-")}</td><td class="number">{group["rows"] or "-"}</td>'
        f"<td>{lines}{more}</td></tr>"
    )


def _understood(receipt: Mapping[str, Any]) -> str:
    """Lines of what was read beside the rows: the units of amounts, the lines passed over."""
    facts = []
    if receipt["amount_units"]:
        shown = "、".join(map(escape, receipt["amount_units"].split(";")))
        facts.append(("金額の単位", "units of amounts", f"{shown}（税抜）"))
    if receipt["skipped_count"]:
        facts.append(("読み飛ばした行", "lines passed over", _passed_over(receipt)))
    return "".join(
        f'<dt>{ja} <span class="en">{en}</span></dt><dd>{said}</dd>' for ja, en, said in facts
    )


def _passed_over(receipt: Mapping[str, Any]) -> str:
    return f"{receipt['skipped_count']:,} 行（{SKIPPED}）"


def _unknown(columns: str | None) -> str:
    if not columns:
        return ""
    names = columns.split(";")
    more = f" ほか {len(names) - _MOST_COLUMNS} 列" if len(names) > _MOST_COLUMNS else ""
    shown = "、".join(map(escape, names[:_MOST_COLUMNS]))
    return f"<h2>使用しない列 <small>Columns without use</small></h2><p>{shown}{more}</p>"


def _steps(steps: Sequence[str], reply: str, rejected: int) -> str:
    texts = [step.format(reply=reply) for step in steps]
    if rejected > MAX_ROWS:
        texts.append(f"お返しするファイルには、先頭の {MAX_ROWS:,} 行だけを入れました。")
    tag = "ol" if len(texts) > 1 else "ul"
    return f"<{tag}>{''.join(f'<li>{escape(text)}</li>' for text in texts)}</{tag}>"
