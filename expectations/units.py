"""What a measure can be at all, by how its name ends: a bound beyond it is a slip of the pen.

Columns are named after their unit everywhere, so a unit is declared here once and for no rule.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import inf

from expectations.rule import Bound
from expectations.vocabulary import BETWEEN


@dataclass(frozen=True)
class Unit:
    """`name` in words; from `low` to `high`, both possible."""

    name: str
    low: float = 0
    high: float = inf
    is_whole: bool = False

    @property
    def text(self) -> str:
        low, high = (f"{limit:g}" for limit in (self.low, self.high))
        if self.low == -inf:
            return f"{self.name}, {high} at most"
        return (
            f"{self.name}, {low} or more" if self.high == inf else f"{self.name}, {low} to {high}"
        )

    def takes(self, value: float) -> bool:
        return self.low <= value <= self.high and (not self.is_whole or float(value).is_integer())


_CASES = Unit("a whole number of cases", 1, is_whole=True)
# The first end that fits counts.
_ENDS = {
    r"_log10_[pq]": Unit("a power of ten (-3 is 0.001)", low=-inf, high=0),
    r"_(rate|place)": Unit("a share (0.05 is 5 %)", high=1),
    r"_(q|q_low|chance)": Unit("a probability", high=1),
    r"_ratio(_low|_high)?": Unit("a multiple of what peers have"),
    r"_points": Unit("percentage points", high=100),
    r"_days(_at_\w+)?": Unit("whole days", is_whole=True),
    r"_yen": Unit("whole yen", is_whole=True),
    r"_size": _CASES,
    r"_count": Unit("a whole number", is_whole=True),
}
# Counts in which everybody has one: the record itself.
_ITSELF = frozenset(
    {
        "alike_contact_count",
        "payer_customer_count",
        "reused_document_customer_count",
        "same_identity_partner_count",
        "split_contract_count",
    }
)


def unit_of(column: str, *, is_need: bool = False) -> Unit | None:
    """The unit of a measure, or of what a rule needs of it; None where its name tells none."""
    if is_need:
        return _CASES
    if column in _ITSELF:
        return Unit("a whole number", 1, is_whole=True)
    return next((unit for end, unit in _ENDS.items() if re.search(f"{end}$", column)), None)


def keeps_nothing(bound: Bound) -> bool:
    """Whether no value that the measure can have holds the bound: everybody would hit."""
    unit = unit_of(bound.columns[0])
    if bound.type != BETWEEN or unit is None:
        return False
    low, high = (bound.kwargs.get(name) for name in ("min_value", "max_value"))
    is_above, is_below = (bound.kwargs.get(name, False) for name in ("strict_min", "strict_max"))
    step = 1 if unit.is_whole else 0
    least = unit.low if low is None else max(unit.low, low + step * is_above)
    most = unit.high if high is None else min(unit.high, high - step * is_below)
    is_open = not step and ((is_above and least == low) or (is_below and most == high))
    return bool(least > most or (least == most and is_open))
