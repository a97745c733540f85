"""The whole algorithm for one night: what should be owed, and the sentence for each candidate."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from .deals import Event, all_events
from .lines import Line, judge
from .months import earn_period, window
from .penalties import penalties
from .rows import Row
from .sanctions import judged
from .selection import Book, candidates, payees, verdicts, versions_found
from .terms import Term, read_agreements, read_terms
from .windows import cap, uplift

# partner paid, role, term_id, component (base, uplift, cap, penalty), subject, period
LineKey = tuple[str, str, str, str, str, str]
# (event, term_id or None) → outcome, yen
Decisions = dict[tuple[str, str | None], tuple[str, int]]
Achieved = list[tuple[Term, list[Line]]]


def net(rows: list[Row], business_day: date) -> tuple[dict[LineKey, int], Decisions]:
    """Yen that should be owed by the night of `business_day`, and why; lines of 0 are left out.

    `rows` are all that is known by that night.
    """
    agreements = read_agreements(rows)
    book = Book(agreements, read_terms(rows, agreements), business_day)
    decisions: Decisions = {}
    achieved: Achieved = []
    events = judged(all_events(rows, business_day), rows, business_day)
    for event in events:
        for role, partner in payees(rows, event).items():
            found = candidates(event, role, partner, book)
            decide(event, found, book, decisions, achieved)
            if role == "seller" and not found:
                decisions[event.name, None] = (_without_term(event, book), 0)
    owed = {key: yen for key, yen in _lines(achieved) if yen != 0}
    return owed | penalties(rows, events, agreements, business_day), decisions


def decide(
    event: Event, found: list[Term], book: Book, decisions: Decisions, achieved: Achieved
) -> None:
    """ "Every event × term candidate has exactly one row"."""
    lost = verdicts(found, book.today)
    for term in found:
        outcome, lines = lost[term.id], list[Line]()
        if outcome is None:
            outcome, lines = judge(event, term, book.today)
        decisions[event.name, term.id] = (outcome, sum(line.owed for line in lines))
        achieved.append((term, lines))


def _without_term(event: Event, book: Book) -> str:
    # "a seller's event without any has one row (no_term or no_agreement)"
    in_force = versions_found(book.agreements, event.seller, event.anchor)
    return "no_term" if in_force else "no_agreement"


def _lines(achieved: Achieved) -> Iterable[tuple[LineKey, int]]:
    windows: dict[tuple[str, str], tuple[Term, list[Line]]] = {}
    for term, lines in achieved:
        closing_day = term.agreement.row.get("closing_day")
        for line in lines:
            period = earn_period(line.achieved_on, closing_day)
            yield _key(term, "base", line.subject, period), line.owed
            label = window(line.achieved_on, closing_day, term.window)
            windows.setdefault((term.id, label), (term, []))[1].append(line)
    # "one line per partner × term × window"; a term pays one partner, that of its agreement
    for (term_id, label), (term, lines) in windows.items():
        extra = uplift(term, lines)
        yield _key(term, "uplift", term_id, label), extra
        yield _key(term, "cap", term_id, label), cap(term, lines, extra)


def _key(term: Term, component: str, subject: str, period: str) -> LineKey:
    return (term.agreement.partner, term.role, term.id, component, subject, period)
