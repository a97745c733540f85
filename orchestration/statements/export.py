"""`teikei statements` and `teikei journal`: files in their folder, and what was written, shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
from rich.console import Console
from rich.markup import escape
from rich.progress import track
from rich.table import Table

from orchestration.checklist import Scope
from orchestration.ledger_words import Words, in_yen
from orchestration.settings import Settings
from orchestration.statements.reading import read_journal, read_statements
from orchestration.statements.reissuing import Reissued
from orchestration.statements.words import percent, yen_text
from orchestration.statements.writing import INDEX, write_csv, write_index, write_statement

_JOURNAL_HEADS = {
    "entry_id": "仕訳番号",
    "voucher_id": "伝票番号",
    "booked_on": "日付",
    "partner_id": "代理店ID",
    "statement_id": "通知書番号",
    "side_ja": "貸借",
    "account_ja": "勘定科目",
    "debit_yen": "借方金額",
    "credit_yen": "貸方金額",
    "tax_class_ja": "税区分",
    "summary_ja": "摘要",
}
_MOST_SHOWN = 20


def export_statements(
    place: Settings, scope: Scope, folder: Path, console: Console, language: str
) -> int:
    """Write the statements of a period, every version; returns how many statements there are."""
    words = Words(language)
    statements = read_statements(place, scope.period, scope.partner_id)
    if statements.headers.is_empty():
        whom = f" ({escape(scope.partner_id)})" if scope.partner_id else ""
        console.print(words("statements_none", period=scope.period, whom=whom))
        return 0
    keys = ("statement_id", "version")
    lines = statements.lines.partition_by(keys, as_dict=True)
    nothing = statements.lines.clear()
    rows = [
        write_statement(header, lines.get(tuple(header[key] for key in keys), nothing), folder)
        for header in track(
            statements.headers.iter_rows(named=True),
            "writing statements",
            statements.headers.height,
            console=console,
            transient=True,
        )
    ]
    write_index(rows, folder)
    _print_statements(console, words, statements.headers.filter("is_latest"), folder)
    return statements.headers["statement_id"].n_unique()


def export_journal(
    place: Settings, month: str | None, path: Path, console: Console, language: str
) -> bool:
    """Write the journal of a month as one CSV; returns whether its two sides are equal."""
    words = Words(language)
    entries = read_journal(place, month)
    write_csv(entries.select(pl.col(old).alias(new) for old, new in _JOURNAL_HEADS.items()), path)
    debit, credit = int(entries["debit_yen"].sum()), int(entries["credit_yen"].sum())
    sides = {"debit": in_yen(debit), "credit": in_yen(credit)}
    if debit == credit:
        console.print(words("journal_balanced", count=f"{entries.height:,}", **sides))
    else:
        console.print(f"[red]{words('journal_unbalanced', **sides)}[/red]")
    if entries.is_empty():
        console.print(words("journal_empty"))
    console.print(str(path))
    return debit == credit


def print_reissued(console: Console, made: Reissued, language: str) -> None:
    """What the new version says differently, and what follows."""
    words = Words(language)
    console.print(words("reissued", statement=escape(made.statement_id), version=made.version))
    table = Table(box=None, padding=(0, 2, 0, 2))
    for heading in ("reissue_what", "reissue_before", "reissue_now"):
        table.add_column(words(heading), overflow="fold")
    for change in made.changes:
        name, _, line = change.name.partition(" ")
        values = (_said(words, name, value) for value in (change.before, change.after))
        table.add_row(*(escape(text) for text in (f"{words(name)} {line}".strip(), *values)))
    console.print(table)
    console.print(words("reissue_recorded", id=made.reissue_id))


def _said(words: Words, name: str, value: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return words("yes" if value else "no")
    if name.endswith("_ppm"):
        return percent(value)
    return in_yen(value) if name.endswith("_yen") else str(value)


def _print_statements(console: Console, words: Words, headers: pl.DataFrame, folder: Path) -> None:
    """The largest of what is due; statements of nothing are only counted."""
    drafts = int((~headers["is_frozen"]).sum())
    total = in_yen(int(headers["amount_due_yen"].sum()))
    console.print(
        words("statements", count=f"{headers.height:,}", yen=total)
        + (words("statements_drafts", drafts=f"{drafts:,}") if drafts else "")
    )
    due = headers.filter(pl.col("amount_due_yen") > 0).sort("amount_due_yen", descending=True)
    if not due.is_empty():
        console.print(_due_table(words, due.head(_MOST_SHOWN)))
    if due.height > _MOST_SHOWN:
        console.print(words("statements_more", count=f"{due.height - _MOST_SHOWN:,}", index=INDEX))
    if due.height < headers.height:
        console.print(words("statements_nothing_due", count=f"{headers.height - due.height:,}"))
    console.print(words("statements_files", folder=folder, index=INDEX))


def _due_table(words: Words, headers: pl.DataFrame) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("partner", "net", "tax", "withheld", "due", "due_on"):
        is_text = heading in ("partner", "due_on")
        table.add_column(words(heading), justify="left" if is_text else "right", no_wrap=True)
    for row in headers.iter_rows(named=True):
        yen = ("net_yen", "tax_yen", "withholding_yen", "amount_due_yen")
        cells = (yen_text(row[name]) for name in yen)
        due_on = str(row["due_on"] or words("due_unknown"))
        table.add_row(escape(row["partner_id"]), *cells, due_on)
    return table
