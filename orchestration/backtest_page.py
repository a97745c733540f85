"""`teikei rules backtest` in the terminal, and as CSV."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
from rich.console import Console
from rich.table import Table
from rich.text import Text

from expectations.rules import Rule
from orchestration.backtest import Backtest
from orchestration.compared import FATES
from orchestration.statements.writing import write_csv
from orchestration.thresholds_page import print_changes

# Each flag counts once over all nights.
ALL = "all, once each"
_FOUND = ("night", "hits", "undetermined", "gained", "lost", "yen gained", "yen lost")
_JUDGED = ("night", "gained", "lost", "precision old", "precision new")


def print_backtest(console: Console, found: Backtest) -> None:
    """What both found, the verdicts on it, and where a night counted otherwise itself."""
    console.print(f"\n[bold]{found.old.id}[/bold], old → new")
    print_changes(console, found.changes)
    console.print()
    rows = found.nights.to_dicts()
    if len(rows) > 1:
        rows.append({"night_id": ALL, **found.total.row(0, named=True)})
    _print(console, _FOUND, [_found(row) for row in rows])
    console.print("\nVerdicts so far")
    _print(console, _JUDGED, [_judged(row) for row in rows])
    for night_id, hits, recorded in _differing(found):
        console.print(
            f"[yellow]note[/yellow]: night {night_id} itself counted {recorded:,} hits by the old "
            f"version, not {hits:,}: its measure is built by other code now."
        )


def write_nights(found: Backtest, path: Path) -> None:
    """The table's rows, every number in a column of its own; the last row is over all nights."""
    total = found.total.with_columns(night_id=pl.lit(ALL))
    rows = pl.concat([found.nights, total], how="diagonal")
    write_csv(rows.with_columns(*_named(found)), path)


def write_flags(found: Backtest, path: Path) -> None:
    """One row a night and flag of either rule: kept, gained or lost, with verdict and yen."""
    change = pl.when(~pl.col("is_old")).then(pl.lit("gained")).when(~pl.col("is_new"))
    told = found.flags.with_columns(
        *_named(found), change=change.then(pl.lit("lost")).otherwise(pl.lit("kept"))
    )
    names = ("subject_id", "partner_id", "observed_value", "verdict", "posted_yen")
    write_csv(told.select("night_id", "flag_id", "change", *names, "old", "new"), path)


def _named(found: Backtest) -> list[pl.Expr]:
    sides = {"old": found.old, "new": found.new}
    return [pl.lit(_bound(rule)).alias(name) for name, rule in sides.items()]


def _bound(rule: Rule) -> str:
    needs = [f"{need.column} ≥ {need.at_least}" for need in rule.needs]
    return f"{rule.bound}, needs {' and '.join(needs)}" if needs else rule.bound


def _found(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Undetermined subjects and yen are of one night; over all nights they have no sum."""
    moved = (f"{row['gained']:,}", f"{row['lost']:,}")
    hits = f"{row['old_hits']:,} → {row['new_hits']:,}"
    if "old_undetermined" not in row:
        return (row["night_id"], hits, "", *moved, "", "")
    undetermined = f"{row['old_undetermined']:,} → {row['new_undetermined']:,}"
    yen = (f"¥{row[f'yen_{name}']:,}" for name in ("gained", "lost"))
    return (row["night_id"], hits, undetermined, *moved, *yen)


def _judged(row: Mapping[str, Any]) -> tuple[str, ...]:
    moved = (_fates(row, name) for name in ("gained", "lost"))
    return (row["night_id"], *moved, *(_precision(row, side) for side in ("old", "new")))


def _fates(row: Mapping[str, Any], move: str) -> str:
    """One line a verdict on what was gained or lost."""
    fates = [f"{row[f'{move}_{each}']:,} {each}" for each in FATES if row[f"{move}_{each}"]]
    return "\n".join(fates) or "–"


def _precision(row: Mapping[str, Any], side: str) -> str:
    judged = row[f"{side}_judged"]
    if not judged:
        return "no verdict"
    share, low, high = (row[f"{side}_{name}"] for name in ("precision", "low", "high"))
    return f"{share:.0%} of {judged:,}\n({low:.0%}–{high:.0%})"


def _print(console: Console, columns: Sequence[str], rows: Sequence[tuple[str, ...]]) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column == "night")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)


def _differing(found: Backtest) -> list[tuple[str, int, int]]:
    hits = found.nights.select("night_id", "old_hits").iter_rows()
    return [
        (night_id, count, found.recorded[night_id])
        for night_id, count in hits
        if found.recorded.get(night_id, count) != count
    ]
