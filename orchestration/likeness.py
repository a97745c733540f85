"""`teikei identity explain`: why two records are one customer or not, without a personal word."""

from __future__ import annotations

import argparse
from typing import Any

import polars as pl
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from orchestration.settings import Settings

DONE, WRONG_USE = 0, 2


def add_commands(commands: Any) -> None:
    """Add `identity` to the subparsers of `teikei`."""
    identity = commands.add_parser("identity", help="who is the same customer (名寄せ)")
    actions = identity.add_subparsers(required=True, metavar="action")
    explain = actions.add_parser("explain", help="why two records are one customer or not")
    for name in ("first", "second"):
        explain.add_argument(name, metavar="RECORD", help="entity:door:number, as leads:crm:L-1")
    explain.set_defaults(run=_explain)


def _explain(place: Settings, options: argparse.Namespace, console: Console) -> int:
    from ingestion.identity import THRESHOLD, explain_records, word_on  # a second to import

    if options.first == options.second:
        console.print(f"[red]refused[/red]: {escape(options.first)} is one record; name two.")
        return WRONG_USE
    why = explain_records(place.home, options.first, options.second)
    if why.is_empty() and _tell_party(place, {options.first, options.second}, console):
        return DONE
    if why.is_empty():
        console.print(
            f"[red]refused[/red]: {escape(options.first)} or {escape(options.second)} is no lead "
            "or contract of the lake, nor are they a lead or contract that looks like a partner or "
            "rep. Records are written as leads:crm:L-1, contracts:PT-001:A-3, partner_reps:crm:R-1."
        )
        return WRONG_USE
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in ("field", "likeness", "bits"):
        table.add_column(column, justify="right" if column == "bits" else "left")
    for field, likeness, bits in why.select("field", "likeness", "bits").iter_rows():
        table.add_row(field, likeness, f"{bits:+.1f}")
    console.print(table)
    odds = why.select(pl.col("bits").sum()).item()
    chance = 1 / (1 + 2**-odds)
    console.print(f"log2 odds {odds:+.1f}, probability {chance:.3f}")
    console.print(
        _conclusion(word_on(place.home, options.first, options.second), chance, THRESHOLD)
    )
    return DONE


def _tell_party(place: Settings, pair: set[str], console: Console) -> bool:
    """What the last night found of a customer's record and a partner or rep, if these are one."""
    path = place.home / "lake" / "identity" / "party_matches.parquet"
    if not path.exists():
        return False
    kind = pl.col("party_kind").replace_strict({"partner": "partners", "rep": "partner_reps"})
    customer = pl.concat_str("entity", "scope_id", "record_id", separator=":")
    party = pl.concat_str(kind, "party_scope_id", "party_id", separator=":")
    found = pl.scan_parquet(path).filter(customer.is_in(pair), party.is_in(pair)).collect()
    for one in found.iter_rows(named=True):
        alike = one["fields"].replace(";", ", ") or "no field"
        certain = "certain" if one["is_certain"] else "for a person to decide"
        console.print(f"alike: {alike}")
        console.print(f"probability {one['match_probability']:.3f} ({certain})")
    return bool(found.height)


def _conclusion(word: bool | None, chance: float, threshold: float) -> str:
    """What holds for the pair by itself; other records may still join the two."""
    if word is not None:
        said = "the same customer" if word else "not the same customer"
        return f"A reviewer has said: {said}. That stands above the likeness."
    told = "one customer" if chance >= threshold else "two customers"
    return f"By themselves the two are {told} (threshold {threshold})."
