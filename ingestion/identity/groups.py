"""One group of alike nodes → entities: the strongest tie first, as long as nothing contradicts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations_with_replacement, product
from typing import NamedTuple

Pair = tuple[int, int]


class Evidence(NamedTuple):
    """Of pairs of records: Σ log2 odds, how many, and how many at one address and at two."""

    bits: float
    pairs: int
    here: int
    elsewhere: int


@dataclass
class Group:
    """`ties`: pairs of nodes, strongest first; `evidence` by pair of nodes, (a, a) within a.

    `least`: mean log2 odds of the pairs between two groups that become one.
    """

    numbers: dict[int, set[str]]
    forbidden: set[Pair]
    least: float
    ties: list[Pair] = field(default_factory=list)
    evidence: dict[Pair, Evidence] = field(default_factory=dict)

    @classmethod
    def of(
        cls, rows: Iterable[tuple[int, str | None]], forbidden: set[Pair], least: float
    ) -> Group:
        """From (node, corporate number or none) of its rows and pairs of nodes kept apart."""
        numbers: dict[int, set[str]] = {}
        for node, number in rows:
            numbers.setdefault(node, set()).update({number} if number else ())
        return cls(numbers, forbidden, least)


def settle(group: Group) -> list[Pair]:
    """(node, the smallest node of its entity) of every node."""
    label = {node: node for node in group.numbers}
    members = {node: [node] for node in group.numbers}
    for left, right in group.ties:
        into, other = sorted((label[left], label[right]))
        if into != other and _may_join(group, members[into], members[other]):
            for node in members[other]:
                label[node] = into
            members[into] += members.pop(other)
    return list(label.items())


def _may_join(group: Group, ours: list[int], theirs: list[int]) -> bool:
    numbers = set[str]().union(*(group.numbers[node] for node in (*ours, *theirs)))
    if len(numbers) > 1:
        return False
    pairs = [(min(pair), max(pair)) for pair in product(ours, theirs)]
    if any(pair in group.forbidden or pair[::-1] in group.forbidden for pair in pairs):
        return False
    between = _sum(group, pairs)
    return between.bits >= group.least * between.pairs and not _two_places(
        group, ours, theirs, between
    )


def _two_places(group: Group, ours: list[int], theirs: list[int], between: Evidence) -> bool:
    """Records of each side agree on an address, and none of one side with any of the other.

    Branches under one name and switchboard look like this; one customer's misspelt address does
    not repeat itself.
    """
    if between.here or not between.elsewhere:
        return False
    within = (
        _sum(group, combinations_with_replacement(sorted(side), 2)) for side in (ours, theirs)
    )
    return all(side.here for side in within)


def _sum(group: Group, pairs: Iterable[Pair]) -> Evidence:
    found = [group.evidence[pair] for pair in pairs if pair in group.evidence]
    if not found:
        return Evidence(0.0, 0, 0, 0)
    bits, count, here, elsewhere = (sum(column) for column in zip(*found, strict=True))
    return Evidence(bits, count, here, elsewhere)
