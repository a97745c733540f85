"""What is thought of pairs before any data is seen, and how many pairs these thoughts weigh.

Shares of the levels ELSE, PART, NEAR, CLOSE and equal, where both records say something.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ingestion.identity.comparisons import CLOSE, ELSE, EXACT
from ingestion.identity.levels import OTHERS, THERE

Floats = npt.NDArray[np.float64]
_ONE: dict[str, tuple[float, ...]] = {
    "company": (0.01, 0.05, 0.08, 0.04, 0.82),
    "family_name": (0.05, 0.05, 0.05, 0.10, 0.75),
    "given_name": (0.07, 0.08, 0.05, 0.10, 0.70),
    "contact": (0.06, 0.06, 0.06, 0.12, 0.70),
    "person": (0.03, 0.06, 0.05, 0.11, 0.75),
    "email": (0.20, 0.10, 0.02, 0.08, 0.60),
    "phone": (0.20, 0.06, 0.02, 0.07, 0.65),
    "address": (0.06, 0.04, 0.10, 0.20, 0.60),
    "postal_code": (0.10, 0.00, 0.10, 0.00, 0.80),
    "city": (0.08, 0.00, 0.12, 0.00, 0.80),
    "prefecture": (0.05, 0.00, 0.00, 0.00, 0.95),
    "birth_date": (0.03, 0.00, 0.07, 0.00, 0.90),
}
# Companies of a group, branches, neighbours; only where records name companies.
_RELATED: dict[str, tuple[float, ...]] = {
    "company": (0.38, 0.39, 0.08, 0.10, 0.05),
    "family_name": (0.35, 0.03, 0.03, 0.04, 0.55),
    "given_name": (0.85, 0.05, 0.03, 0.02, 0.05),
    "contact": (0.80, 0.10, 0.03, 0.02, 0.05),
    "person": (0.80, 0.13, 0.03, 0.02, 0.02),
    "email": (0.55, 0.30, 0.03, 0.02, 0.10),
    "phone": (0.40, 0.15, 0.10, 0.05, 0.30),
    "address": (0.53, 0.10, 0.10, 0.07, 0.20),
    "postal_code": (0.40, 0.00, 0.20, 0.00, 0.40),
    "city": (0.20, 0.00, 0.05, 0.00, 0.75),
    "prefecture": (0.10, 0.00, 0.00, 0.00, 0.90),
    "birth_date": (0.90, 0.00, 0.08, 0.00, 0.02),
}
# Companies have several people: another contact says little.
_CONTACT_OF_COMPANY = (0.40, 0.04, 0.04, 0.07, 0.45)
_STRANGERS = (0.973, 0.02, 0.005, 0.002)
# Strangers on one street mostly live in one town.
_STRANGERS_THERE = (0.1, 0.0, 0.05, 0.85)
# The least share of a level among strangers, by that believed: chance is never ruled out.
LEAST_STRANGERS = 0.05
# What the beliefs weigh: pairs of a kind, random pairs, pairs of equal values thought to be
# strangers, and pairs of a kind found in the table.
PAIRS, EQUAL_PAIRS, FOUND = 300.0, 20.0, 20.0
_RANDOM_PAIRS, _PAIRS_THERE = 2_000.0, 20.0
# The least share of equal values (or of a level) that is chance.
LEAST_CHANCE = 0.15
_PER_RECORD = 0.2
_NEVER = 1e-12


@dataclass(frozen=True)
class Shares:
    """Of a kind of pairs: `of[field]`, shares of its levels; `among`, its share of all pairs;
    `said[field]`, how many of them have the field on both sides."""

    of: Mapping[str, Floats]
    among: float
    said: Mapping[str, float] = field(default_factory=dict)

    def among_said(self, name: str, random: float) -> float:
        """Its share of the pairs that have a field, which `random` of all pairs have."""
        return min(1.0, self.among * self.said.get(name, random) / random) if random else 0.0


def start(fields: list[str], records: int) -> tuple[Shares, Shares]:
    """Pairs of one customer, and of two related ones, in a table of so many records."""
    one = {name: _shares(_ONE, name) for name in fields}
    if "company" in fields and "contact" in fields:
        one["contact"] = np.array(_CONTACT_OF_COMPANY)
    related = {name: _shares(_RELATED, name) for name in fields}
    among = 2 * _PER_RECORD / (records + OTHERS)
    return Shares(one, among), Shares(related, among if "company" in fields else _NEVER)


def strangers(field: str) -> tuple[Floats, float]:
    """Shares of ELSE to CLOSE, and how many random pairs this belief weighs."""
    if field.endswith(THERE):
        return np.array(_STRANGERS_THERE), _PAIRS_THERE
    return np.array(_STRANGERS), _RANDOM_PAIRS


def _shares(table: Mapping[str, tuple[float, ...]], field: str) -> Floats:
    shares = np.array(table[field.removesuffix(THERE)])
    if field.endswith(THERE):
        shares[CLOSE - ELSE] += shares[EXACT - ELSE]
        shares[EXACT - ELSE] = 0
    return shares
