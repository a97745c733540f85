"""Terms with what belongs to them: their agreement's version, their prices, their steps."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from .rows import Row, current, listed

ROLES = ("seller", "parent", "grandparent")


@dataclass(frozen=True)
class Agreement:
    """One version of one agreement."""

    row: Row

    @property
    def key(self) -> tuple[str, int]:
        return (self.row.get("agreement_id"), self.row.get("version"))

    @property
    def partner(self) -> str:
        partner: str = self.row.get("partner_id")
        return partner

    def is_in_force(self, day: date) -> bool:
        # "effective_to is inclusive"
        until = self.row.get("effective_to")
        begins: date = self.row.get("effective_from")
        return begins <= day and (until is None or day <= until)

    def covers(self, prefecture: str | None) -> bool:
        # "An empty prefecture is outside a non-empty territory until known."
        territory = listed(self.row.get("territory"))
        return not territory or prefecture in territory


@dataclass(frozen=True)
class Term:
    row: Row
    agreement: Agreement
    bands: tuple[tuple[int, Fraction], ...]  # from_value, price; empty: no usable price
    steps: tuple[tuple[int, Fraction], ...]  # from_month, keep_rate

    def get(self, column: str) -> Any:
        return self.row.get(column)

    @property
    def id(self) -> str:
        term_id: str = self.get("term_id")
        return term_id

    @property
    def role(self) -> str:
        return self.get("payee") or "seller"

    @property
    def is_recurring(self) -> bool:
        # "recurring_months (ストック型; empty = one-off ショット型)"
        return self.get("recurring_months") is not None

    @property
    def is_tiered(self) -> bool:
        return self.get("tier_measure") in ("count", "amount")

    @property
    def window(self) -> str:
        # "cap_window without tier_window is monthly"
        return self.get("tier_window") or "month"

    @property
    def evidence(self) -> frozenset[str]:
        return listed(self.get("required_evidence"))

    def is_approved(self, today: date) -> bool:
        return is_approved(self.row.values, today)


def is_approved(term: Mapping[str, Any], today: date) -> bool:
    # "no approved term (approved_by empty, or the same as proposed_by)"; "an empty proposed_by
    # counts as different from approved_by"; "terms not approved by D step aside". One person
    # under two spellings (case, width, spaces) is the same (decision 0043).
    by, on = _person(term.get("approved_by")), term.get("approved_on")
    return by not in ("", _person(term.get("proposed_by"))) and (on is None or on <= today)


def _person(name: str | None) -> str:
    letters = unicodedata.normalize("NFKC", name or "").casefold()
    return "".join(letter for letter in letters if not letter.isspace())


def read_agreements(rows: list[Row]) -> list[Agreement]:
    return [Agreement(row) for row in current(rows, "agreements")]


def read_terms(rows: list[Row], agreements: list[Agreement]) -> list[Term]:
    """Terms of known agreements; "Drafts … step aside"."""
    by_key = {agreement.key: agreement for agreement in agreements}
    tiers, steps = current(rows, "commission_tiers"), current(rows, "clawback_steps")
    found = []
    for row in current(rows, "commission_terms"):
        agreement = by_key.get((row.get("agreement_id"), row.get("agreement_version")))
        if agreement is None or row.get("scenario"):
            continue
        found.append(Term(row, agreement, _bands(row, tiers), _steps(row, steps)))
    return found


def _bands(term: Row, tiers: list[Row]) -> tuple[tuple[int, Fraction], ...]:
    """Prices per unit from the first unit on; yen of a fixed price, a share of a rate."""
    price = "fixed_yen" if term.get("basis") == "fixed" else "rate"
    if term.get("tier_measure") not in ("count", "amount"):
        priced = [(0, term.get(price))]
    else:  # "With tiers, prices come from the bands only."
        mine = [row for row in tiers if row.get("term_id") == term.get("term_id")]
        priced = sorted((row.get("from_value"), row.get(price)) for row in mine)
    # A missing price or a first band above 0 is no price at all: nobody guesses the gap.
    if not priced or priced[0][0] != 0 or any(value is None for _, value in priced):
        return ()
    return tuple((start, Fraction(value)) for start, value in priced)


def _steps(term: Row, steps: list[Row]) -> tuple[tuple[int, Fraction], ...]:
    mine = [row for row in steps if row.get("term_id") == term.get("term_id")]
    return tuple(sorted((row.get("from_month"), Fraction(row.get("keep_rate"))) for row in mine))
