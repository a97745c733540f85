"""What one term owes for one event: an outcome, and base lines once it is achieved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import trunc

from .deals import FROM_ONBOARDING, Event
from .months import add_months, whole_months
from .terms import Term


@dataclass(frozen=True)
class Line:
    """One base line; `kept` is the part of it that clawback leaves."""

    subject: str
    achieved_on: date
    place: tuple[str, str]
    amount: int  # base amount in yen
    uncapped: int
    kept: Fraction
    cap: int | None

    @property
    def capped(self) -> int:
        # "cap_event cuts the base line before clawback"
        return self.uncapped if self.cap is None else min(self.uncapped, self.cap)

    @property
    def owed(self) -> int:
        # "trunc(amount × …)", "applied to the whole-yen capped line"
        return trunc(self.capped * self.kept)


def judge(event: Event, term: Term, today: date) -> tuple[str, list[Line]]:
    """Outcome and base lines of a term that won; the first obstacle in this order decides."""
    obstacles = (
        ("unconfirmed_claim", not event.is_confirmed),
        ("forfeited", event.is_forfeited),
        ("out_of_territory", not term.agreement.covers(event.prefecture)),
        ("cancelled", _is_cancelled(event, term)),
        ("no_price", not term.bands),
        ("waiting_evidence", not term.evidence <= (event.evidence or {}).keys()),
    )
    for outcome, stands in obstacles:
        if stands:
            return outcome, []
    lines = [_line(event, term, *when) for when in _achievements(event, term, today)]
    if not lines:
        # a month that has not come cannot be collected either
        start = event.months_from
        is_early = term.is_recurring and (start is None or start > today)
        return "waiting_month" if is_early else "waiting_collection", []
    return _outcome(term, lines, today), lines


def _outcome(term: Term, lines: list[Line], today: date) -> str:
    if not term.is_recurring and lines[0].owed != lines[0].capped:
        return "clawed_back"
    # "matured (achieved_on + maturation_days)"; of recurring lines the latest one speaks
    latest = max(line.achieved_on for line in lines)
    matured = latest + timedelta(days=term.get("maturation_days") or 0) <= today
    return "owed" if matured else "waiting_maturity"


def _is_cancelled(event: Event, term: Term) -> bool:
    ended = event.cancelled_on
    if ended is None:
        return False
    # "An event from onboarding on, dated on or after that cancellation, earns nothing."
    if event.stage in FROM_ONBOARDING and event.on >= ended:
        return True
    # Recurring: "only if that day is before cancelled_on"; later months "never arise"
    return term.is_recurring and event.months_from is not None and event.months_from >= ended


def _achievements(event: Event, term: Term, today: date) -> list[tuple[str, date]]:
    """Subject and achieved_on of each base line that is achieved by D."""
    # "Achieved when the stage occurred and all required evidence was received; achieved_on = the
    # later of both."
    proofs = [event.on, *((event.evidence or {})[kind] for kind in term.evidence)]
    found = _months(event, term) if term.is_recurring else _sale(event, term)
    dated = [(subject, max(proofs + days)) for subject, days in found]
    return [(subject, day) for subject, day in dated if day <= today]


def _sale(event: Event, term: Term) -> list[tuple[str, list[date]]]:
    if not term.get("requires_collection"):
        return [(event.name, [])]
    # "one-off terms with requires_collection wait for the first fee due on or after the event"
    first_due = min((due for due, _ in event.fees if due >= event.on), default=None)
    paid = [day for due, day in event.fees if due == first_due and day is not None]
    return [(event.name, [min(paid)])] if paid else []  # "(earliest collected_on)"


def _months(event: Event, term: Term) -> list[tuple[str, list[date]]]:
    # "line k = 0 … recurring_months − 1 on starts_on + k months (clamped to month end), only if
    # that day is before cancelled_on"; "achieved_on is the latest of its day, the event, the
    # evidence, the collection"
    start, found = event.months_from, []
    for k in range(term.get("recurring_months") if start else 0):
        assert start is not None
        day, following = add_months(start, k), add_months(start, k + 1)
        days = [day]
        if event.cancelled_on is not None and day >= event.cancelled_on:
            break
        if term.get("requires_collection"):
            # "with requires_collection only once a fee of that month (due_on in [day, next
            # anniversary)) is collected, on collected_on"
            paid = [on for due, on in event.fees if day <= due < following and on is not None]
            if not paid:
                continue
            days.append(min(paid))
        found.append((f"{event.name}#{k}", days))
    return found


def _line(event: Event, term: Term, subject: str, achieved_on: date) -> Line:
    amount = event.amounts.get(term.get("base_amount") or "", 0)
    # "Base line: fixed_yen, or rate × base_amount at the lowest tier; rounded once, toward zero, to
    # whole yen."
    lowest = term.bands[0][1]
    price = lowest if term.get("basis") == "fixed" else lowest * amount
    return Line(
        subject=subject,
        achieved_on=achieved_on,
        place=event.place,
        amount=amount,
        uncapped=trunc(price),
        kept=_kept(event, term),
        cap=term.get("cap_event_yen"),
    )


def _kept(event: Event, term: Term) -> Fraction:
    """The part of a base line that a cancellation leaves."""
    method, months = term.get("clawback_method") or "none", term.get("clawback_months")
    # "a base line without clawback_method stays"; recurring: "clawback_method … do[es] not touch
    # it"
    if event.cancelled_on is None or method == "none" or term.is_recurring:
        return Fraction(1)
    served = whole_months(event.months_from, event.cancelled_on)
    # "m ≥ clawback_months: unchanged"; "an empty clawback_months never ends"
    if months is not None and served >= months:
        return Fraction(1)
    if method == "linear":  # "trunc(amount × m ÷ clawback_months)"
        return Fraction(served, months)
    if method == "stepped":  # "keep_rate of the highest from_month ≤ m"
        reached = [keep for start, keep in term.steps if start <= served]
        return reached[-1] if reached else Fraction(0)  # "Below the first step nothing is kept"
    return Fraction(0)  # "full → 0"
