"""`teikei statements` and `teikei journal`: files in their folder, and what was written, shown."""

from __future__ import annotations

from pathlib import Path

import polars as pl
from rich.console import Console
from rich.markup import escape
from rich.progress import track
from rich.table import Table

from orchestration.settings import Settings
from orchestration.statements.reading import Statements, read_journal, read_statements
from orchestration.statements.reissuing import Reissued
from orchestration.statements.words import yen_text
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
}
_MOST_SHOWN = 20


def export_statements(
    place: Settings, period: str, partner_id: str | None, folder: Path, console: Console
) -> int:
    """Write the statements of a period, every version; returns how many statements there are."""
    statements = read_statements(place, period, partner_id)
    if statements.headers.is_empty():
        whom = f" of {partner_id}" if partner_id else ""
        console.print(f"There is no statement{escape(whom)} for {period}: nothing was earned.")
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
    _print_statements(console, statements, folder)
    return statements.headers["statement_id"].n_unique()


def export_journal(place: Settings, month: str | None, path: Path, console: Console) -> bool:
    """Write the journal of a month as one CSV; returns whether its two sides are equal."""
    entries = read_journal(place, month)
    write_csv(entries.select(pl.col(old).alias(new) for old, new in _JOURNAL_HEADS.items()), path)
    debit, credit = int(entries["debit_yen"].sum()), int(entries["credit_yen"].sum())
    console.print(
        f"{entries.height:,} entries, 借方 ¥{debit:,} = 貸方 ¥{credit:,}"
        if debit == credit
        else f"[red]out of balance[/red]: 借方 ¥{debit:,}, 貸方 ¥{credit:,}"
    )
    if entries.is_empty():
        console.print(
            "Entries are booked by a close and by payouts, and shown after the next night."
        )
    console.print(str(path))
    return debit == credit


def print_reissued(console: Console, made: Reissued) -> None:
    """What the new version says differently, and what follows."""
    console.print(f"{escape(made.statement_id)} is reissued as version {made.version}:")
    table = Table(box=None, padding=(0, 2, 0, 2))
    for heading in ("what", "before", "now"):
        table.add_column(heading, overflow="fold")
    for change in made.changes:
        table.add_row(*(escape(text) for text in (change.name, change.before, change.after)))
    console.print(table)
    console.print(
        f"Recorded as {made.reissue_id}. The next night books what it changes; payouts are then "
        "compared with it."
    )


def _print_statements(console: Console, statements: Statements, folder: Path) -> None:
    headers = statements.headers.filter("is_latest")
    drafts = int((~headers["is_frozen"]).sum())
    console.print(
        f"{headers.height:,} statements, ¥{int(headers['amount_due_yen'].sum()):,} due"
        + (f"; {drafts:,} are drafts (案) until their period is closed" if drafts else "")
    )
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("partner", "net", "tax", "withheld", "due", "on"):
        table.add_column(heading, justify="left" if heading in ("partner", "on") else "right")
    largest = headers.sort("amount_due_yen", descending=True).head(_MOST_SHOWN)
    for row in largest.iter_rows(named=True):
        yen = ("net_yen", "tax_yen", "withholding_yen", "amount_due_yen")
        cells = (yen_text(row[name]) for name in yen)
        table.add_row(escape(row["partner_id"]), *cells, str(row["due_on"] or "未定"))
    console.print(table)
    if headers.height > _MOST_SHOWN:
        console.print(f"… and {headers.height - _MOST_SHOWN:,} more in {INDEX}")
    console.print(f"{folder}  (one .xlsx and one .html each, {INDEX} with their sha256)")
