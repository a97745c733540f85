"""`teikei close` in the terminal: the checklist, what came of it, and the closes so far."""

from __future__ import annotations

from typing import Any

import polars as pl
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from orchestration import checklist
from orchestration.checklist import BLOCKS, CLEAR, NOTED, Item
from orchestration.closing import Closed, Request
from orchestration.ledger_words import Words

_SIGNS = {CLEAR: "✓", NOTED: "[yellow]![/yellow]", BLOCKS: "[red]✗[/red]"}


def print_closed(console: Console, request: Request, closed: Closed, language: str) -> None:
    """The checklist, each item with what blocks, why and how to clear it, and what came of it."""
    whom = (
        escape(request.scope.partner_id or "") or {"ja": "全代理店", "en": "all partners"}[language]
    )
    console.print(
        {
            "ja": f"\n[bold]締め {request.scope.period}[/bold]({whom}) {closed.night.id} の夜まで",
            "en": f"\n[bold]Close {request.scope.period}[/bold] ({whom}), after night "
            f"{closed.night.id}",
        }[language]
    )
    words = checklist.words()
    for item in closed.items:
        _print_item(console, item, words[item.name], language)
    console.print(_verdict(request, closed, language))


def _print_item(console: Console, item: Item, text: dict[str, str], language: str) -> None:
    is_clear = item.state == CLEAR
    # a title says what should hold; Japanese needs a word where it does not
    unmet = "未達：" if language == "ja" and not is_clear else ""
    console.print(f"{_SIGNS[item.state]} {unmet}{text[f'title_{language}']}")
    if is_clear:
        return
    labels = (
        text[f"what_{language}"],
        *{"ja": ("理由", "対応"), "en": ("why", "clear by")}[language],
    )
    more = item.count - len(item.details)
    rest = {"ja": f" 他{more}件", "en": f" and {more} more"}[language] if more else ""
    details = "\n".join(item.details) + rest
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 2))
    table.add_column()
    table.add_column(overflow="fold")
    for label, cell in zip(
        labels, (details, text[f"why_{language}"], text[f"remedy_{language}"]), strict=True
    ):
        table.add_row(label, Text(cell))
    console.print(table)


def _verdict(request: Request, closed: Closed, language: str) -> str:
    if closed.close_id is not None:
        return {
            "ja": f"\n締めました（{closed.close_id}、{escape(request.closed_by)}）。"
            "以後の変更は次の未締め月に計上されます。",
            "en": f"\nClosed as {closed.close_id} by {escape(request.closed_by)}. "
            "What becomes known later posts into the next open period.",
        }[language]
    words = checklist.words()
    never = [
        f"「{words[item.name]['title_ja']}」" if language == "ja" else words[item.name]["title_en"]
        for item in closed.items
        if item.state == BLOCKS and not item.is_forcible
    ]
    if never:
        return {
            "ja": f"\n[red]締めていません。[/red]{''.join(never)}でない間は強制締めもできません。",
            "en": "\n[red]Not closed.[/red] It cannot be forced as long as this does not hold: "
            f"{'; '.join(never)}.",
        }[language]
    return {
        "ja": "\n[red]締めていません。[/red]上の項目を解消するか、`--force --reason 理由 "
        "--second 承認者` で強制締めしてください（理由・両名・この一覧が記録されます）。",
        "en": "\n[red]Not closed.[/red] Clear the items above, or force it with `--force --reason "
        "WHY --second NAME`: the reason, both names and this list are kept.",
    }[language]


def print_closes(console: Console, closes: pl.DataFrame, language: str) -> None:
    """Every recorded close, oldest first."""
    words = Words(language)
    if closes.is_empty():
        console.print(words("closes_none"))
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("id", "period", "partner", "by", "forced"):
        table.add_column(words(f"closes_{name}"), overflow="fold", no_wrap=name == "id")
    for row in closes.iter_rows(named=True):
        table.add_row(*(Text(str(cell)) for cell in _told(row, words("closes_all"))))
    console.print(table)


def _told(row: dict[str, Any], everybody: str) -> tuple[str, ...]:
    forced = f"{row['second_by']}, {row['reason']}" if row["is_forced"] else ""
    whom = row["partner_id"] or everybody
    return (row["close_id"], row["period"], whom, row["closed_by"], forced)
