"""`teikei close`: a period is closed by a recorded fact, after its checklist (DOMAIN §5, 締め)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl

from expectations.rules import load_rules
from ingestion import ledger, ledger_chain
from ingestion.closes import read_closes, record_close
from ingestion.lake import Night, batch_path
from ingestion.nights import (
    Lock,
    completed_nights,
    lock_nights,
    rebuilt_as_of,
    unfinished_night,
)
from orchestration import checklist
from orchestration.checklist import BLOCKS, Item, Scope
from orchestration.deadlines import deadline_breaches
from orchestration.redated import redated_deals
from orchestration.settings import Settings
from orchestration.statements.parties import parties
from orchestration.thresholds import effective_rules
from orchestration.two_persons import lacking

# A difference of a contract that a clerk may leave to the next month.
DIFFERENCE_LIMIT_YEN = 10_000
STATEMENT_MARTS = {
    "statements": "partner_statements",
    "statement_lines": "partner_statement_lines",
}


class CloseRefusedError(ValueError):
    """The request cannot be carried out as it stands; the message says what is missing."""


@dataclass(frozen=True)
class Request:
    scope: Scope
    closed_by: str
    is_forced: bool = False
    reason: str | None = None
    second_by: str | None = None
    limit_yen: int = DIFFERENCE_LIMIT_YEN


@dataclass(frozen=True)
class Closed:
    """`close_id` is None when something blocked."""

    close_id: str | None
    night: Night
    items: tuple[Item, ...]


def close(place: Settings, request: Request) -> Closed:
    """Check, and record the close if nothing blocks or it is forced.

    Holds the night's lock, so that no night reads the closes or posts meanwhile. Raises
    `CloseRefusedError`, and `NightRunningError` while a night runs.
    """
    _check_request(request)
    if rebuilt_as_of(place.lake) is not None:
        raise CloseRefusedError(
            "This home was rebuilt as of an old night; close in the one in use."
        )
    with lock_nights(place.home) as lock:
        nights = completed_nights(place.lake)
        if not nights:
            raise CloseRefusedError("No night has been completed yet. Run `teikei nightly` first.")
        items = tuple(examine(place, request, nights[-1]))
        blocking = [item for item in items if item.state == BLOCKS]
        may_pass = request.is_forced and all(item.is_forcible for item in blocking)
        if blocking and not may_pass:
            return Closed(None, nights[-1], items)
        return Closed(_record(place, request, nights[-1], items, lock), nights[-1], items)


def close_through(place: Settings, request: Request) -> Iterator[tuple[Request, Closed]]:
    """Close every open period up to the request's, the oldest first; ends at one that is blocked.

    For a company that starts with months behind it: what they paid is told by their statements.
    Where none is open the period itself is asked for, and its checklist says why. Raises what
    `close` does.
    """
    for period in open_periods(place, request.scope) or [request.scope.period]:
        one = replace(request, scope=replace(request.scope, period=period))
        closed = close(place, one)
        yield one, closed
        if closed.close_id is None:
            return


def open_periods(place: Settings, scope: Scope) -> list[str]:
    """Periods up to the scope's with a draft of one of its partners, oldest first."""
    query = """
        select distinct period, partner_id from marts.partner_statements
        where not is_frozen and period <= $period
    """
    if warehouse_night(place) is None:
        return []
    with duckdb.connect(str(place.warehouse), read_only=True) as warehouse:
        drafts = scope.rows(warehouse.sql(query, params={"period": scope.period}).pl())
    closes = read_closes(place.closes)  # those since the last night, too
    whom = pl.lit(scope.partner_id, pl.String)
    is_covered = pl.col("partner_id").is_null() | pl.col("partner_id").eq_missing(whom)
    return sorted(set(drafts["period"]) - set(closes.filter(is_covered)["period"]))


def examine(place: Settings, request: Request, night: Night) -> list[Item]:
    """The checklist as it stands after the last completed night."""
    scope = request.scope
    chain = ledger_chain.verify(place.ledger, place.closes, completed_nights(place.lake))
    found = [chain.altered.batch] if chain.altered else []
    closes = read_closes(place.closes)
    items = [
        *checklist.unfinished(unfinished_night(place.lake), place.ledger, scope),
        checklist.item("ledger_altered", found),
        checklist.closed_before(closes, scope),
        checklist.drafts_stale(closes, scope, night),
    ]
    shown = warehouse_night(place)
    items.append(checklist.item("warehouse_stale", [] if shown == night.id else [str(shown)]))
    if shown != night.id:
        return items
    outcomes = pl.read_parquet(batch_path(place.flags, night.id) / "rule_outcomes.parquet")
    rules = effective_rules(load_rules(place.rules / "conduct"), place, night)
    with duckdb.connect(str(place.warehouse), read_only=True) as warehouse:
        _check_partner(warehouse, scope.partner_id)
        return [
            *items,
            checklist.period_over(warehouse, scope, night),
            checklist.earlier_negative(warehouse, scope),
            checklist.ambiguous_terms(warehouse, scope),
            checklist.rules_failed(outcomes),
            *checklist.rules_undetermined(warehouse, scope, rules),
            *checklist.differences(warehouse, scope, request.limit_yen),
            deadline_breaches(warehouse, scope),
            redated_deals(warehouse, scope),
            checklist.decisions_without_effect(warehouse, scope),
        ]


def frozen_statements(
    warehouse: duckdb.DuckDBPyConnection, scope: Scope, seeds: Path
) -> dict[str, pl.DataFrame]:
    """Rows of the statement marts of a period and whom they name, by the lake tables they go to.

    `seeds`: the folder of `vendor.csv`.
    """
    found = {
        table: scope.rows(
            warehouse.sql(
                f"select * from marts.{mart} where period = $period",
                params={"period": scope.period},
            ).pl()
        )
        for table, mart in STATEMENT_MARTS.items()
    }
    keys = ("statement_id", "version", "partner_id", "period", "is_frozen")
    named = warehouse_parties(warehouse, seeds)
    parts = found["statements"].select(keys).join(named, on="partner_id", how="left")
    return found | {"statement_parties": parts}


def warehouse_parties(warehouse: duckdb.DuckDBPyConnection, seeds: Path) -> pl.DataFrame:
    """Whom a statement of each partner names, as of the warehouse's night."""

    def ask(query: str) -> pl.DataFrame:
        rows: pl.DataFrame = warehouse.sql(query).pl()
        return rows

    return parties(ask, ask, seeds)


def warehouse_night(place: Settings) -> str | None:
    """The night that the warehouse was built for; None when it was not built, or not to its end."""
    if not place.warehouse.exists() or not place.night_file.exists():
        return None
    stated: str = pl.read_parquet(place.night_file)["night_id"].item()
    try:
        with duckdb.connect(str(place.warehouse), read_only=True) as warehouse:
            built = warehouse.sql("select night_id from staging.stg_run__night").fetchall()
    except duckdb.Error:
        return None
    return stated if built == [(stated,)] else None


def _check_request(request: Request) -> None:
    if not request.closed_by.strip():
        raise CloseRefusedError("--by must name the person who closes.")
    missing = lacking("--force", request.closed_by, request.reason, request.second_by)
    if request.is_forced and missing:
        raise CloseRefusedError(missing)


def _check_partner(warehouse: duckdb.DuckDBPyConnection, partner_id: str | None) -> None:
    query = "select count(*) from marts.dim_partners where partner_id = $partner_id"
    if partner_id is None or warehouse.sql(query, params={"partner_id": partner_id}).fetchall() != [
        (0,)
    ]:
        return
    raise CloseRefusedError(f"There is no partner {partner_id} in marts.dim_partners.")


def _record(
    place: Settings, request: Request, night: Night, items: Sequence[Item], lock: Lock
) -> str:
    is_forced = any(item.state == BLOCKS for item in items)
    row: dict[str, object] = {
        "period": request.scope.period,
        "partner_id": request.scope.partner_id,
        "closed_by": request.closed_by,
        "second_by": request.second_by,
        "reason": request.reason,
        "is_forced": is_forced,
        "checklist": checklist.as_json(items),
        "recorded_at": datetime.now(UTC).replace(tzinfo=None),
    }
    with duckdb.connect(str(place.warehouse), read_only=True) as warehouse:
        statements = frozen_statements(warehouse, request.scope, place.dbt_project / "seeds")
    lock.check()
    facts = {"ledger_head": ledger.head(place.ledger)}
    return record_close(place.closes, night, row, statements, facts)
