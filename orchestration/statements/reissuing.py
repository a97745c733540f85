"""`teikei statements --reissue`: a frozen statement said something wrong; its next version.

What may differ is what the statement tells of its partner, of us and of its lines in words, and
the taxes that follow from the partner's status. Which postings it states, and their yen, never.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import duckdb
import polars as pl

from ingestion import ledger, ledger_chain
from ingestion.closes import prepare
from ingestion.nights import completed_nights, lock_nights, rebuilt_as_of
from ingestion.reissues import Tables, latest_version, record_reissue
from orchestration.closing import warehouse_night, warehouse_parties
from orchestration.settings import Settings
from orchestration.statements.parties import PARTY, masked_account
from orchestration.two_persons import lacking

# What a version says anew of a statement and of a line of it.
_TAXES = (
    "tax_yen",
    "invoice_number",
    "is_invoice_registered",
    "deductible_ppm",
    "deductible_tax_yen",
    "withholding_yen",
    "amount_due_yen",
)
# How the withholding follows; no reason of its own to reissue.
_BASIS = (
    "withholding_base_yen",
    "withholding_deduction_yen",
    "withholding_ppm",
    "withheld_before_yen",
)
_WORDS = ("component_ja", "stage_ja", "reason_ja")
_FACTS = ("statement_line_id", "posting_id", "status", "amount_yen")
_RESTATED = "select * from intermediate.int_statements_taxed where is_frozen and statement_id = $id"
_REWORDED = (
    "select * from intermediate.int_statement_lines_worded where is_frozen and statement_id = $id"
)


class ReissueRefusedError(ValueError):
    """The request cannot be carried out as it stands; the message says what is missing."""


@dataclass(frozen=True)
class Request:
    partner_id: str
    period: str
    reissued_by: str
    reason: str | None
    second_by: str | None

    @property
    def statement_id(self) -> str:
        return f"{self.partner_id}-{self.period}"


@dataclass(frozen=True)
class Change:
    """One thing that the new version says differently: a column's name, of a line with its number,
    and its values; an account is masked."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Reissued:
    reissue_id: str
    statement_id: str
    version: int
    changes: tuple[Change, ...]


def reissue(place: Settings, request: Request) -> Reissued:
    """Record the next version of a frozen statement, as it would read tonight.

    Holds the night's lock. Raises `ReissueRefusedError`, also when nothing would read differently,
    and `NightRunningError` while a night runs.
    """
    missing = lacking("--reissue", request.reissued_by, request.reason, request.second_by)
    if missing:
        raise ReissueRefusedError(missing)
    with lock_nights(place.home) as lock:
        _check_home(place)
        prepare(place.closes)
        before = latest_version(place.closes, request.statement_id)
        if before is None:
            raise ReissueRefusedError(
                f"No close has frozen {request.statement_id}: a draft follows what is known. "
                f"Close {request.period} first."
            )
        with duckdb.connect(str(place.warehouse), read_only=True) as warehouse:
            after = _restated(place, warehouse, before, request)
        changes = _changes(before, after)
        if not changes:
            raise ReissueRefusedError(
                f"{request.statement_id} would read as it does: correct the CRM (or a seed) and "
                "run a night before it is reissued."
            )
        lock.check()
        night = completed_nights(place.lake)[-1]
        row = _row(request, changes)
        made = record_reissue(place.closes, night, row, after, ledger.head(place.ledger))
    version = int(before["statements"]["version"].item()) + 1
    return Reissued(made, request.statement_id, version, tuple(changes))


def _check_home(place: Settings) -> None:
    if rebuilt_as_of(place.lake) is not None:
        raise ReissueRefusedError(
            "This home was rebuilt as of an old night; reissue in the one in use."
        )
    nights = completed_nights(place.lake)
    shown = warehouse_night(place)
    if not nights or shown != nights[-1].id:
        raise ReissueRefusedError(
            f"The warehouse shows {shown or 'no finished night'}, not the last completed one. "
            "Run `teikei nightly` first."
        )
    if ledger_chain.verify(place.ledger, place.closes, nights).altered is not None:
        raise ReissueRefusedError(
            "Something that was committed has been altered; see `teikei ledger verify`."
        )


def _restated(
    place: Settings, warehouse: duckdb.DuckDBPyConnection, before: Tables, request: Request
) -> Tables:
    """The tables of the version before with what would be said tonight."""
    values = {"id": request.statement_id}
    header = warehouse.sql(_RESTATED, params=values).pl()
    if header.is_empty():
        raise ReissueRefusedError(
            f"The last night does not know the close of {request.period} yet. "
            "Run `teikei nightly` first."
        )
    lines = warehouse.sql(_REWORDED, params=values).pl()
    _check_lines(before["statement_lines"], lines)
    named = warehouse_parties(warehouse, place.dbt_project / "seeds").filter(
        pl.col("partner_id") == request.partner_id
    )
    kept = before["statements"].select("statement_id", "period", "partner_id")
    return {
        "statements": before["statements"].with_columns(
            header[name] for name in (*_TAXES, *_BASIS)
        ),
        "statement_lines": before["statement_lines"]
        .drop(_WORDS)
        .join(lines.select("statement_line_id", *_WORDS), on="statement_line_id", how="left"),
        "statement_parties": kept.join(named, on="partner_id", how="left"),
    }


def _check_lines(frozen: pl.DataFrame, reworded: pl.DataFrame) -> None:
    """Σ of a statement is that of the postings it stated first: no version changes a line."""
    same = frozen.select(_FACTS).sort("statement_line_id")
    if not same.equals(reworded.select(_FACTS).sort("statement_line_id")):
        raise ReissueRefusedError(
            "The last night knows other lines of this statement than its close kept. "
            "Run `teikei nightly` first."
        )


def _changes(before: Tables, after: Tables) -> list[Change]:
    header = _different(before["statements"], after["statements"], _TAXES)
    party = _different(before["statement_parties"], after["statement_parties"], PARTY)
    numbered = {
        row["statement_line_id"]: row for row in after["statement_lines"].iter_rows(named=True)
    }
    words = [
        Change(f"{name} #{row['line_number']}", _told(name, row[name]), _told(name, new[name]))
        for row in before["statement_lines"].sort("line_number").iter_rows(named=True)
        for new in (numbered[row["statement_line_id"]],)
        for name in _WORDS
        if row[name] != new[name]
    ]
    return [*header, *party, *words]


def _different(before: pl.DataFrame, after: pl.DataFrame, names: tuple[str, ...]) -> list[Change]:
    """A close of an earlier release kept no party: what it told is then not known."""
    old: dict[str, Any] = {} if before.is_empty() else before.row(0, named=True)
    new = after.row(0, named=True)
    return [
        Change(name, _told(name, old.get(name)), _told(name, new[name]))
        for name in names
        if old.get(name) != new[name]
    ]


def _told(name: str, value: Any) -> Any:
    return masked_account(value) if name == "bank_account" and value else value


def _row(request: Request, changes: list[Change]) -> dict[str, object]:
    changed = sorted({change.name.partition(" ")[0] for change in changes})
    return {
        "partner_id": request.partner_id,
        "period": request.period,
        "reason": request.reason,
        "reissued_by": request.reissued_by,
        "second_by": request.second_by,
        "changed": ";".join(changed),
        "recorded_at": datetime.now(UTC).replace(tzinfo=None),
    }
