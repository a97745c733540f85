"""The report of a night as a page in the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.table import Column, Table
from rich.text import Text

from orchestration.progress import STEP_TITLES
from orchestration.report import FATES
from orchestration.settings import Settings

SHOWN = 8


def render(settings: Settings, facts: Mapping[str, Any]) -> RenderableType:
    """The report of a night for the terminal."""
    return Group(
        f"\n[bold]Night {facts['night_id']}[/bold] (business day {facts['business_day']}, Tokyo)",
        _overview(facts),
        *_problems(facts),
        *_shortened(facts),
        *_alarms(facts),
        *_waiting(facts),
        _seconds(facts),
        _where_next(settings),
    )


def print_accounts(console: Console, settings: Settings, facts: Mapping[str, Any]) -> None:
    """Every file of the night with the rows in it and what became of them."""
    rows: list[tuple[Any, ...]] = [
        (each["row"], each["accepted"], each["rejected"], each["duplicate"], _named(each))
        for each in facts.get("accounts", [])
    ]
    if not rows:
        console.print(
            f"No file with rows came in during night {facts['night_id']}. "
            "`teikei status --files --night <id>` shows another night."
        )
        return
    rows.append((*(sum(row[place] for row in rows) for place in range(4)), "all files"))
    columns = ("rows", "= accepted", "+ rejected", "+ duplicate", "file")
    console.print(_table(f"\nRows of night {facts['night_id']}", columns, rows))


def print_report(console: Console, settings: Settings, facts: Mapping[str, Any]) -> None:
    console.print(render(settings, facts))


def _overview(facts: Mapping[str, Any]) -> Table:
    files = ", ".join(f"{n} {status}" for status, n in facts["files"].items()) or "none"
    held = facts["held"]
    flags = sum(row["flags"] for row in facts["flags_open"])
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for label, text in (
        ("files", files),
        (
            "rows",
            f"{sum(facts[f'rows_{fate}'] for fate in FATES):,} = "
            + " + ".join(f"{facts[f'rows_{fate}']:,} {fate}" for fate in FATES),
        ),
        ("posted", f"{facts['posted_lines']:,} lines, ¥{facts['posted_yen']:,}"),
        ("flags open", f"{flags:,}"),
        ("on hold", f"{held.get('held_lines', 0):,} lines, ¥{held.get('held_yen', 0):,}"),
        ("published", f"{facts['marts']} marts, {facts['mart_rows']:,} rows"),
    ):
        table.add_row(label, text)
    return table


def _table(
    title: str, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]], rest_in: str = ""
) -> Table:
    """Numbers to the right; where the rest stands when there are more rows than fit a page."""
    first = rows[0] if rows else ()
    headers = [
        Column(name, justify="right" if _is_number(cell) else "left", overflow="fold")
        for name, cell in zip(columns, first, strict=True)
    ]
    table = Table(*headers, title=title, title_justify="left", box=None, padding=(0, 2, 0, 0))
    shown = rows[:SHOWN] if rest_in else rows
    for row in shown:
        table.add_row(*(f"{cell:,}" if _is_number(cell) else _plain(cell) for cell in row))
    if len(rows) > len(shown):
        table.caption = f"… and {len(rows) - len(shown)} more in {rest_in}"
    return table


def _plain(cell: Any) -> Text:
    """File names are other people's: no markup, no control characters reach the terminal."""
    return Text("".join(mark if mark.isprintable() else "\ufffd" for mark in str(cell)))


def _is_number(cell: Any) -> bool:
    return isinstance(cell, int | float)


def _named(account: Mapping[str, Any]) -> str:
    refused = " (refused as a whole)" if account["status"] == "refused" else ""
    return f"{account['file']}{refused}"


def _shortened(facts: Mapping[str, Any]) -> list[Table]:
    """Files of which not every row was taken, the worst first."""
    rows = [
        (each["row"], each["accepted"], each["rejected"], each["duplicate"], _named(each))
        for each in facts.get("accounts", [])
        if each["accepted"] < each["row"]
    ]
    rows.sort(key=lambda row: (-row[2], -row[3], row[4]))
    columns = ("rows", "= accepted", "+ rejected", "+ duplicate", "file")
    return [_table("\nNot taken whole", columns, rows, "`teikei status --files`")] if rows else []


def _problems(facts: Mapping[str, Any]) -> list[Table]:
    tables = []
    if facts["rejections"]:
        rows = [
            (each["rows"], each["reason_code"], f"{each['file']}:{each['_row_number']}")
            for each in facts["rejections"]
        ]
        tables.append(
            _table(
                "\nRejected rows", ("rows", "reason", "for example"), rows, "marts.rejected_rows"
            )
        )
    if facts["notices"]:
        rows = [
            (each["status"], f"{each['_source']}/{each['_file_name']}", each["reason_en"] or "")
            for each in facts["notices"]
        ]
        tables.append(
            _table("\nFiles to look at", ("status", "file", "why"), rows, "restricted.files")
        )
    return tables


def _alarms(facts: Mapping[str, Any]) -> list[RenderableType]:
    """Rules whose new flags wait until somebody has looked."""
    rows = [(each["rule_id"], each["alarm"], each["hit_count"]) for each in facts.get("alarms", [])]
    if not rows:
        return []
    advice = (
        "Their flags of before stay in force, new ones wait. Look for an input that is gone or "
        "changed; if the figures are right, `teikei rules accept RULE --by NAME --reason WHY`."
    )
    return [_table("\n[red]Rules out of line[/red]", ("rule", "alarm", "hits"), rows), advice]


def _waiting(facts: Mapping[str, Any]) -> list[Table]:
    tables = []
    if facts["flags_open"]:
        flags = [
            (each["rule_id"], each["flags"], each["partners"], f"¥{each['yen_at_risk']:,}")
            for each in facts["flags_open"]
        ]
        columns = ("rule", "flags", "partners", "at risk")
        tables.append(_table("\nWaiting for review (確認中)", columns, flags, "marts.flags"))
    if facts["late"]:
        late = [
            (each["partner_id"], each["last_delivered_on"], each["days"]) for each in facts["late"]
        ]
        tables.append(
            _table(
                "\nLate partners",
                ("partner", "last delivery", "days"),
                late,
                "restricted.files",
            )
        )
    return tables


def _seconds(facts: Mapping[str, Any]) -> Table:
    rows = [(seconds, STEP_TITLES.get(step, step)) for step, seconds in facts["seconds"].items()]
    return _table("\nSeconds", ("s", "step"), rows)


def _where_next(settings: Settings) -> str:
    return (
        f"\nLook next: {settings.published / 'partner_performance.duckdb'} (schema marts), "
        f"{settings.outbox} (answers to partners), `make review` (the desk), `make ui` (lineage)."
    )
