"""What reviewers' decisions take: deals that are forfeited (DOMAIN §5, §6; decision 0043)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from .deals import Event
from .rows import Row, business_day, current

GUILTY = ("confirmed", "policy_breach")
CLEARED = ("false_positive", "data_error")
# what is forfeited: kind of the flag's subject, its id, the partner that the flag names
Deal = tuple[str, str, str]


def judged(events: list[Event], rows: list[Row], today: date) -> list[Event]:
    """The events, with those marked that a decision in force forfeits."""
    taken = _forfeited(rows, today)
    return [replace(event, is_forfeited=bool(taken & _deals(event))) for event in events]


def _deals(event: Event) -> set[Deal]:
    # "the event forfeits while its seller is the partner that the flag names"
    found = {("lead", event.lead or "", event.seller)}
    return found if event.stage == "lead" else {*found, ("contract", event.place[0], event.seller)}


def decided(rows: list[Row], today: date) -> list[tuple[Row, Row]]:
    """Decisions dated up to D with the hit that each saw, in the order in which they count."""
    decisions = [
        row for row in current(rows, "decisions") if business_day(row.get("decided_at")) <= today
    ]
    decisions.sort(key=lambda row: (row.get("decided_at"), row.known_on, row.get("decision_id")))
    return [(row, flag) for row in decisions if (flag := _seen(rows, row)) is not None]


def _forfeited(rows: list[Row], today: date) -> set[Deal]:
    seen = decided(rows, today)
    return {
        (flag.get("subject_kind"), flag.get("subject_id"), flag.get("partner_id"))
        for place, (row, flag) in enumerate(seen)
        if row.get("money_action") == "claw_back"
        and row.get("verdict") in GUILTY
        and not any(reverses(later, row, flag) for later in seen[place + 1 :])
    }


def _seen(rows: list[Row], decision: Row) -> Row | None:
    # "A decision covers the evidence it saw": a hit of an earlier night
    hits = [
        row
        for row in rows
        if row.entity == "flags"
        and row.get("flag_id") == decision.get("flag_id")
        and row.get("evidence_digest") == decision.get("evidence_seen")
        and row.known_on < decision.known_on
    ]
    return max(hits, key=lambda row: row.known_on, default=None)


def reverses(later: tuple[Row, Row], taken: Row, flag: Row) -> bool:
    """A release on no older evidence than the decision that it takes back."""
    row, seen = later
    if row.get("flag_id") != taken.get("flag_id") or seen.known_on < flag.known_on:
        return False
    if row.get("money_action") is None:
        return row.get("verdict") in CLEARED
    return row.get("money_action") == "release" and row.get("verdict") in (*GUILTY, *CLEARED)
