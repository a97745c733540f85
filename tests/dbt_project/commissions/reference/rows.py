"""What is known: rows as the doors commit them, and the version of each that is in force.

DOMAIN sentences stand as comments, in quotation marks, beside the code that obeys them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

KEYS: dict[str, tuple[str, ...]] = {
    "partners": ("partner_id",),
    "agreements": ("agreement_id", "version"),
    "commission_terms": ("term_id",),  # "term_id alone is the key of a term"
    "commission_tiers": ("term_id", "from_value"),
    "clawback_steps": ("term_id", "from_month"),
    "leads": ("lead_id",),
    "contracts": ("contract_id",),
    "contract_events": ("event_id",),
    "evidence": ("evidence_id",),
    "collections": ("collection_id",),
    "flags": ("flag_id", "evidence_digest"),
    "decisions": ("decision_id",),
    "agreement_clauses": ("agreement_id", "version", "clause"),
}
JST = timedelta(hours=9)


@dataclass(frozen=True)
class Row:
    """One row of one batch. Values are typed; timestamps are naive UTC; a missing one is None."""

    entity: str
    values: dict[str, Any]
    known_on: date
    order: int
    uploader: str | None = None

    def get(self, column: str) -> Any:
        return self.values.get(column)

    @property
    def key(self) -> tuple[Any, ...]:
        """ "Keys are scoped by source and uploader"."""
        return (self.uploader, *(self.get(column) for column in KEYS[self.entity]))

    @property
    def updated_at(self) -> datetime:
        # "a row without updated_at counts as updated at 00:00 JST of its known_at day"
        stated: datetime | None = self.get("updated_at")
        return stated or datetime.combine(self.known_on, time()) - JST

    @property
    def age(self) -> tuple[datetime, date, int]:
        # "the latest version per key wins, ties by batch and row order"
        return (self.updated_at, self.known_on, self.order)


def business_day(at: datetime) -> date:
    """ "stored UTC, business days in Asia/Tokyo"."""
    return (at + JST).date()


def versions(rows: Iterable[Row], entity: str) -> dict[tuple[Any, ...], list[Row]]:
    """All versions per key, oldest first."""
    found: dict[tuple[Any, ...], list[Row]] = {}
    for row in sorted((row for row in rows if row.entity == entity), key=lambda row: row.age):
        found.setdefault(row.key, []).append(row)
    return found


def current(rows: Iterable[Row], entity: str) -> list[Row]:
    """The version in force of each key; a tombstone means there is none."""
    latest = [history[-1] for history in versions(rows, entity).values()]
    return [row for row in latest if not row.get("is_deleted")]


def listed(text: str | None) -> frozenset[str]:
    """`A;B` → {A, B}."""
    return frozenset(part for part in (text or "").split(";") if part)
