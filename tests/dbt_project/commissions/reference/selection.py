"""Which terms apply to an event: who is paid, candidates, and who wins among them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date

from .deals import Event
from .rows import Row, business_day, versions
from .terms import Agreement, Term


def payees(rows: list[Row], event: Event) -> dict[str, str]:
    """Role → partner. "hierarchy as of the anchor date"."""
    paid = {"seller": event.seller}
    if event.anchor is None:
        return paid
    above = _climb(rows, event.seller, event.anchor)
    return paid | dict(zip(("parent", "grandparent"), above, strict=False))


def _climb(rows: list[Row], partner: str, day: date) -> list[str]:
    """Who stands above, nearest first; "a cycle pays no override", wherever the climb meets it."""
    chain = [partner]
    while upper := _parent(rows, chain[-1], day):
        if upper in chain:
            return []
        chain.append(upper)
    return chain[1:]


def _parent(rows: list[Row], partner: str, day: date) -> str | None:
    # "The hierarchy on a day is the partner row with the latest updated_at on or before it, else
    # the earliest row"
    history = versions(rows, "partners").get((None, partner), [])
    if not history:
        return None
    past = [row for row in history if business_day(row.updated_at) <= day]
    row = past[-1] if past else history[0]
    return None if row.get("is_deleted") else row.get("parent_partner_id")


def versions_found(
    agreements: Iterable[Agreement], partner: str, day: date | None
) -> set[tuple[str, int]]:
    # "of one agreement's versions in force the highest wins"; it "replaces its predecessor whole,
    # without fall-back", so the terms of lower versions are not even candidates.
    highest: dict[str, int] = {}
    for agreement in agreements:
        agreement_id, version = agreement.key
        if day and agreement.partner == partner and agreement.is_in_force(day):
            highest[agreement_id] = max(version, highest.get(agreement_id, version))
    return set(highest.items())


@dataclass(frozen=True)
class Book:
    """All agreements and terms known on D."""

    agreements: list[Agreement]
    terms: list[Term]
    today: date


def candidates(event: Event, role: str, partner: str, book: Book) -> list[Term]:
    # "Candidates are the terms that match stage, role and product in the version found"
    found = versions_found(book.agreements, partner, event.anchor)
    return [
        term
        for term in book.terms
        if term.agreement.partner == partner
        and term.role == role
        and term.get("stage") == event.stage
        and term.get("product_id") in (None, "", event.product)
        and (term.agreement.key in found or _reaches_back(term, event, book.today))
    ]


def _reaches_back(term: Term, event: Event, today: date) -> bool:
    # "once effective_from ≤ D, such terms also cover earlier deals, past events included"
    begins: date = term.agreement.row.get("effective_from")
    earlier = event.anchor is not None and event.anchor < begins <= today
    return bool(term.get("applies_to_existing")) and earlier


def verdicts(found: list[Term], today: date) -> dict[str, str | None]:
    """Per candidate why it lost; None for the winners."""
    # "Drafts and terms not approved by D step aside before terms compete"
    lost = {t.id: None if t.is_approved(today) else "unapproved_term" for t in found}
    rounds = ((_replaced, "superseded"), (_outdone, "superseded"), (_tied, "ambiguous_term"))
    for losers, word in rounds:
        running = [term for term in found if lost[term.id] is None]
        lost |= {term.id: word for term in losers(running)}
    return lost


def _replaced(terms: list[Term]) -> list[Term]:
    # applies_to_existing: "replacing those deals' terms of the same agreement, stage, payee and
    # kind (highest version wins)", whatever their products
    def group(term: Term) -> Hashable:
        return (term.get("agreement_id"), term.is_recurring)

    highest: dict[Hashable, int] = {}
    for term in terms:
        version = term.get("agreement_version")
        highest[group(term)] = max(version, highest.get(group(term), version))
    return [term for term in terms if term.get("agreement_version") < highest[group(term)]]


def _outdone(terms: list[Term]) -> list[Term]:
    # "Terms compete when agreement version, stage, payee and kind (one-off or recurring) are the
    # same: the product-specific one beats the general one"; "two agreements of one partner compete
    # like terms", so all that is left of an event, a role and a kind competes.
    specific = {term.is_recurring for term in terms if term.get("product_id")}
    return [term for term in terms if not term.get("product_id") and term.is_recurring in specific]


def _tied(terms: list[Term]) -> list[Term]:
    # "two equally specific ones are ambiguous"
    kinds = [term.is_recurring for term in terms]
    return [term for term in terms if kinds.count(term.is_recurring) > 1]
