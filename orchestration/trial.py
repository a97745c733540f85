"""`teikei check-file`: what a night would make of a partner's file, told in Japanese."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from rich.console import Console
from rich.markup import escape

from expectations.rules import bind, load_rules
from ingestion.entities import ENTITIES
from ingestion.guides.meanings import meaning_of
from ingestion.lake import Night
from ingestion.replies.receipt_pages import SKIPPED
from ingestion.trial import Trial, try_file
from orchestration.settings import Settings

ALL_TAKEN, SOME_REJECTED, REFUSED = 0, 1, 2
_MOST_PROBLEMS, _MOST_WARNINGS = 20, 10


def check_file(  # noqa: PLR0913 - the words of a command
    place: Settings,
    path: Path,
    console: Console,
    *,
    business_day: date,
    partner_id: str | None = None,
    entity: str | None = None,
) -> int:
    """Read a file as a night of that day would, keep nothing, print what was understood.

    Returns 0 when every row would be taken, 1 when some would be sent back, 2 when the file is
    refused.
    """
    from orchestration.assets.raw import judge

    night = Night(business_day, 1)
    trial = try_file(path, place.raw, night, partner_id, entity)
    rules = bind(load_rules(place.rules / "uploads"), business_day)
    trial = Trial(judge(trial.intake, rules), trial.columns, trial.is_known)
    for line in _lines(trial, partner_id):
        console.print(escape(line))
    receipt = trial.receipt
    if receipt["status"] != "loaded":
        return REFUSED
    return SOME_REJECTED if receipt["rejected_count"] else ALL_TAKEN


def _lines(trial: Trial, partner_id: str | None) -> Iterator[str]:
    receipt = trial.receipt
    yield f"ファイル：{receipt['_file_name']}"
    yield f"結果：{_result(receipt)}"
    if receipt["reason_code"]:
        yield f"理由：{receipt['reason_ja']}"
    entity = ENTITIES.get(receipt["entity"] or "")
    if entity is not None:
        yield f"データの種類：{meaning_of(entity).label} ({entity.name})"
    if receipt["encoding"]:
        yield f"読み方：{receipt['encoding']}、{receipt['dialect'] or '-'}"
    if entity is not None and trial.columns:
        yield "列の対応："
        for header, column in trial.columns.items():
            yield f"  {header} → {meaning_of(entity, entity.column(column)).label} ({column})"
    if receipt["unknown_columns"]:
        yield "使用しない列（（→ …？）は、その見出しの書き間違いかもしれない列）："
        yield from (f"  {name}" for name in receipt["unknown_columns"].split(";"))
    if receipt["amount_units"]:
        yield f"金額の単位：{receipt['amount_units'].replace(';', '、')}（税抜）"
    if receipt["skipped_count"]:
        yield f"読み飛ばした行：{receipt['skipped_count']:,} 行（{SKIPPED}）"
    yield (
        f"行数：{receipt['row_count']:,} ＝ 受理 {receipt['accepted_count']:,}"
        f" ＋ 差し戻し {receipt['rejected_count']:,} ＋ 受領済み {receipt['duplicate_count']:,}"
    )
    headers = {column: header for header, column in trial.columns.items()}
    yield from _problems("差し戻す行", trial.intake.rejected, headers, _MOST_PROBLEMS)
    yield from _problems("お知らせ", trial.intake.warnings, headers, _MOST_WARNINGS)
    yield from _notes(trial, partner_id)


def _result(receipt: Mapping[str, Any]) -> str:
    if receipt["status"] != "loaded":
        return "受け付けできません"
    if receipt["rejected_count"]:
        return "一部の行を受理できません"
    return "すべての行を受理できます" if receipt["row_count"] else "データの行がありません"


def _problems(
    title: str, problems: pl.DataFrame, headers: Mapping[str, str], most: int
) -> Iterator[str]:
    """The first problems: row, column, what stands there, why."""
    if problems.is_empty():
        return
    yield f"{title}："
    shown = problems.sort("_row_number", nulls_last=True, maintain_order=True).head(most)
    for one in shown.iter_rows(named=True):
        where = f"{one['_row_number']} 行目" if one["_row_number"] is not None else "ファイル"
        column = headers.get(one["column_name"] or "", one["column_name"] or "")
        value = f"「{one['value']}」" if one["value"] is not None else ""
        what = " ".join(filter(None, (where, column + value)))
        yield f"  {what}：{one['reason_ja']}"
    if problems.height > most:
        yield f"  ほか {problems.height - most:,} 件"


def _notes(trial: Trial, partner_id: str | None) -> Iterator[str]:
    yield "これは試し読みです。何も取り込まず、返信も作っていません。"
    if trial.is_known is None:
        yield (
            "代理店を指定していないため、他社の記録かどうかと受領済みかどうかは確かめていません"
            "（--partner 代理店コード）。"
        )
    elif not trial.is_known:
        yield (
            f"代理店 {partner_id} はまだ登録されていません。"
            "登録するまで、このフォルダーのファイルは読み込まれません。"
        )
