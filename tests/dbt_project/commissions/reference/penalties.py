"""Penalties: "one negative line a flag, in the period of its first decision" (decision 0043)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from .deals import Event
from .months import earn_period
from .rows import Row, business_day, current
from .sanctions import CLEARED, GUILTY, decided, reverses
from .selection import versions_found
from .terms import Agreement

# "whose prohibited act the seed `prohibited_acts` gives for the rule"; "a clause may also name the
# rule itself"
ACTS = {"self_dealing": {"自己契約", "自己契約の禁止", "self_dealing"}}
# partner, role, term_id, component, subject, period
PenaltyKey = tuple[str, str, str, str, str, str]


def penalties(
    rows: list[Row], events: list[Event], agreements: Iterable[Agreement], today: date
) -> dict[PenaltyKey, int]:
    """Yen of every flag under a penalty in force."""
    agreed, found = list(agreements), dict[PenaltyKey, int]()
    seen = decided(rows, today)
    fined: set[str] = set()
    for place, (row, flag) in enumerate(seen):
        clause = _clause(rows, events, agreed, flag)
        if row.get("flag_id") in fined or clause is None or not _is_fine(row):
            continue
        if any(_acquits(later, row, flag) for later in seen[place + 1 :]):
            continue
        # "a penalty per decision" is rejected: the first one in force sets the period
        fined.add(row.get("flag_id"))
        at = (clause.get("agreement_id"), clause.get("version"))
        (agreement,) = (each for each in agreed if each.key == at)
        day = business_day(row.get("decided_at"))
        name = f"clause:{clause.get('clause')}"
        period = earn_period(day, agreement.row.get("closing_day"))
        key = (flag.get("partner_id"), "seller", name, "penalty", row.get("flag_id"), period)
        found[key] = -clause.get("penalty_yen")
    return found


def _is_fine(row: Row) -> bool:
    return row.get("money_action") == "penalty" and row.get("verdict") in GUILTY


def _acquits(later: tuple[Row, Row], taken: Row, flag: Row) -> bool:
    # "A penalty falls only with its verdict"
    return later[0].get("verdict") in CLEARED and reverses(later, taken, flag)


def _clause(
    rows: list[Row], events: list[Event], agreements: list[Agreement], flag: Row
) -> Row | None:
    """The one clause with a penalty that forbids the act; "none, or several: nothing"."""
    in_force = versions_found(agreements, flag.get("partner_id"), _anchor(rows, events, flag))
    clauses = [
        row
        for row in current(rows, "agreement_clauses")
        if (row.get("agreement_id"), row.get("version")) in in_force
        and row.get("consequence") == "penalty"
        and (row.get("penalty_yen") or 0) > 0
        and row.get("prohibited_act") in ACTS[flag.get("rule_id")]
    ]
    return clauses[0] if len(clauses) == 1 else None


def _anchor(rows: list[Row], events: list[Event], flag: Row) -> date | None:
    # "in force on the deal's anchor date (of a partner's or rep's flag: the day it was first seen)"
    kind, subject = flag.get("subject_kind"), flag.get("subject_id")
    anchors = [
        event.anchor
        for event in events
        if event.stage == kind and event.place[0] == subject and event.anchor is not None
    ]
    hits = [
        row.known_on
        for row in rows
        if row.entity == "flags" and row.get("flag_id") == flag.get("flag_id")
    ]
    return max(anchors, default=min(hits, default=None))
