"""What a partner × term × window owes beside its base lines: tier uplift and window cap."""

from __future__ import annotations

from fractions import Fraction
from math import trunc

from .lines import Line
from .terms import Term

Band = tuple[int, int | None, Fraction]  # from, next band's from, price


def uplift(term: Term, lines: list[Line]) -> int:
    """ "tiered total − Σ base lines (before clawback) of the events in it"."""
    if not term.is_tiered:
        return 0
    # "an event leaves Q only when clawback keeps none of it or it is forfeited; any other counts
    # whole, also one worth 0 yen."
    counted = [line for line in lines if line.kept > 0]
    # "Ordering by (achieved_on, contract_id), never by arrival"; "ties go by contract_id, then
    # event_id"
    counted.sort(key=lambda line: (line.achieved_on, line.place, line.subject))
    # "Totals are truncated once." "uplift subtracts uncapped base lines"
    return trunc(_total(term, counted)) - sum(line.uncapped for line in counted)


def cap(term: Term, lines: list[Line], uplift_yen: int) -> int:
    # "cap line = min(0, cap_window_yen − Σ(base after clawback + uplift))"
    limit = term.get("cap_window_yen")
    if limit is None:
        return 0
    return min(0, int(limit) - (sum(line.owed for line in lines) + uplift_yen))


def _total(term: Term, lines: list[Line]) -> Fraction:
    bands = _half_open(term)
    by_count = term.get("tier_measure") == "count"
    # "The tiered quantity Q of a window is the number of its events (count) or Σ of their base
    # amounts in yen (amount)"
    quantity = len(lines) if by_count else sum(line.amount for line in lines)
    if term.get("tier_mode") == "slab":
        # "slab: all of Q at the band that contains Q (Q exactly at `from` belongs to the upper
        # band …)"
        price = _price(bands, quantity)
        return sum((_worth(term, line, price) for line in lines), Fraction(0))
    if by_count:
        # "for counts, band [2, ∞) marginal pays the third event on": event i fills [i, i + 1)
        each = (_worth(term, line, _price(bands, i)) for i, line in enumerate(lines))
        return sum(each, Fraction(0))
    # "Marginal: the part of Q inside [from, next) is paid at that band's … rate"
    # and a Q below 0 (refunds exceed the sales) is paid whole at the lowest band's, as in a slab.
    if quantity < 0:
        return _price(bands, quantity) * quantity
    parts = (price * _inside(quantity, start, end) for start, end, price in bands)
    return sum(parts, Fraction(0))


def _worth(term: Term, line: Line, price: Fraction) -> Fraction:
    """A band's "fixed_yen per event or rate"."""
    return price if term.get("basis") == "fixed" else price * line.amount


def _half_open(term: Term) -> list[Band]:
    starts: list[int | None] = [start for start, _ in term.bands]
    ends = [*starts[1:], None]
    return [(start, end, price) for (start, price), end in zip(term.bands, ends, strict=True)]


def _price(bands: list[Band], quantity: int) -> Fraction:
    lowest, *higher = bands
    reached = [price for start, _, price in higher if start <= quantity]
    return reached[-1] if reached else lowest[2]


def _inside(quantity: int, start: int, end: int | None) -> int:
    return max(0, (quantity if end is None else min(quantity, end)) - start)
