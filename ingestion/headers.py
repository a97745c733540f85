"""Which column of a file means which canonical column of an entity.

Of two columns that mean the same item the one with our name for it counts, then the one with a
usual header; what is left is a conflict, never a choice, and two amounts always are. Apart from the
pairs of `_PAIRS`, which the domain combines, and an amount given both before and with tax. A header
may say its unit and what the yen are: `decorations.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ingestion.columns import Column, Entity, Kind
from ingestion.decorations import Decoration, in_both_languages, undecorated
from ingestion.entities import ENTITIES
from ingestion.header_words import (
    LABELS,
    TABLE,
    entity_label,
    is_own_name,
    is_weak,
    known_headers,
    meaning,
    nearest,
    synonyms_of,
)
from ingestion.tables import fold, unique_names

__all__ = [
    "AS_PAID",
    "LABELS",
    "TABLE",
    "Mapping",
    "column_of",
    "known_headers",
    "map_headers",
    "synonyms_of",
    "telling_column",
]

# Canonical column ← the meanings whose cells fill it together (how: `rows.py`).
_PAIRS = {
    "contact_name": ("contact_family_name", "contact_given_name"),
    "rep_name": ("contact_family_name", "contact_given_name"),
    "phone": ("phone", "phone_mobile"),
    "partner_id": ("seller_partner_id", "partner_id"),
}
# Money that moved: what a customer or we paid, and so with its tax. All other yen are before tax.
AS_PAID = frozenset({"collections", "payouts"})
# Parts of one that a percentage is counted in.
PERCENT = 100
# Behind all ranks: a column that says what another one says.
_COPY = 9
# What a file says of its amounts, row by row (`amount_remarks.py`).
_TAX_KIND, _AMOUNT_UNIT = "tax_kind", "amount_unit"
# Of so many unknown columns it is said what they may have meant.
_MOST_HINTS = 30


@dataclass(frozen=True)
class Mapping:
    """How the columns of a file become those of an entity.

    `sources`: canonical column → columns of `Table.rows`. `units`: yen per unit where the header
    says 千円 or 万円; of a rate in percent, 100. `taxed`: amounts that are only given with tax.
    `currency`: the column that names the currency; `tax_kinds` and `amount_units`: those that say
    whether amounts include tax, and their unit. `strange`: columns without a meaning; `noted`:
    columns known to be of no use. `beaten`: columns of these → the column that counts in their
    place. `rivals`: canonical columns that are claimed twice → the groups of columns that do.
    """

    entity: Entity
    sources: dict[str, tuple[str, ...]]
    units: dict[str, int | None]
    taxed: tuple[str, ...]
    currency: str | None
    tax_kinds: tuple[str, ...]
    amount_units: tuple[str, ...]
    strange: tuple[str, ...]
    noted: tuple[str, ...]
    beaten: dict[str, str]
    rivals: dict[str, tuple[tuple[str, ...], ...]]

    @property
    def conflicts(self) -> tuple[str, ...]:
        """Canonical columns claimed twice."""
        return tuple(self.rivals)

    @cached_property
    def unknown(self) -> tuple[str, ...]:
        """The columns that are of no use here though they may be meant to be, for people: with
        the header that a strange one may have meant, or the data that the column belongs to."""
        hinted = [self._hinted(name) for name in self.strange[:_MOST_HINTS]]
        beaten = [f"{name}（{winner}があるため使いません）" for name, winner in self.beaten.items()]
        foreign = [
            f"{name}（{home}の項目）"
            for name in self.noted[:_MOST_HINTS]
            if name not in self.beaten and (home := _home(name, self.entity))
        ]
        return (*hinted, *self.strange[_MOST_HINTS:], *beaten, *foreign)

    def _hinted(self, name: str) -> str:
        if home := _home(name, self.entity):
            return f"{name}（{home}の項目）"
        hint = nearest(name, self.entity.name, self.sources)
        return f"{name}（→ {hint}？）" if hint else name

    def missing(self, entity: Entity, implied: frozenset[str] = frozenset()) -> tuple[str, ...]:
        return tuple(
            name
            for name in entity.required
            if name not in self.sources and name not in implied and name not in self.rivals
        )

    def names_tombstones(self, entity: Entity) -> bool:
        """Whether rows can be deleted by this file, which needs no more than their keys."""
        return {*entity.key, "is_deleted"} <= self.sources.keys()


@dataclass
class _Claims:
    """Columns of a file by what they mean; those in `second` only count without others. `ranks`:
    of two columns the one with the lower rank counts. `beaten`: see `Mapping`."""

    first: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    second: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    units: dict[str, int | None] = field(default_factory=dict)
    ranks: dict[str, int] = field(default_factory=dict)
    beaten: dict[str, str] = field(default_factory=dict)


def map_headers(header: Sequence[str], entity: Entity, copies: Collection[str] = ()) -> Mapping:
    """Assign every column of a file; see `Mapping`. Never raises.

    `copies`: columns with the cells of another that means the same; they lose against it.
    """
    claims = _Claims()
    for name, cell in zip(unique_names(header), header, strict=True):
        meant, bare, said = _understand(fold(cell), entity)
        unwanted = said.before_tax if entity.name in AS_PAID else said.with_tax
        unwanted &= meant not in (_TAX_KIND, _AMOUNT_UNIT)
        (claims.second if unwanted else claims.first)[meant].append(name)
        claims.units[name] = PERCENT if said.percent else said.unit
        claims.ranks[name] = _COPY if name in copies else _rank(bare, meant, entity)
    return _settle(entity, claims)


def _rank(bare: str, meant: str, entity: Entity) -> int:
    """0 for our own names of a column, 1 for usual headers, 2 for weak ones. All amounts and all
    rates are equals: which of two is right nobody can tell by their names."""
    kinds = [column.kind for column in entity.columns if column.name == meant]
    if kinds and kinds[0] in (Kind.YEN, Kind.RATE, Kind.DECIMAL):
        return 1
    if is_own_name(bare, entity):
        return 0
    return 2 if is_weak(bare, entity) else 1


def column_of(header: str, entity: Entity) -> Column | None:
    """The column of an entity that a header means."""
    meant, _, _ = _understand(fold(header), entity)
    return next((column for column in entity.columns if column.name == meant), None)


def telling_column(header: str, entity: Entity) -> Column | None:
    """The column that a header means, if it is one that other kinds of data hardly have: its
    number, an amount, a day, its status."""
    found = column_of(header, entity)
    if found is None or not (
        found.name == entity.own_id
        or found.kind in (Kind.YEN, Kind.DATE)
        or found.name.endswith("_status")
    ):
        return None
    return found


def _home(header: str, entity: Entity) -> str | None:
    """The data, by its name in Japanese, that a column tells of which an entity has not got."""
    known = known_headers()
    if not any(bare in known for bare, _ in undecorated(fold(header))):
        return None
    others = sorted(ENTITIES.values(), key=lambda other: not other.uploadable)
    return next(
        (entity_label(each) for each in others if each != entity and telling_column(header, each)),
        None,
    )


def _understand(folded: str, entity: Entity) -> tuple[str, str, Decoration]:
    """What a header means ("" for nothing), its name alone, and what it says of its numbers."""
    for bare, said in undecorated(folded):
        meant = meaning(bare, entity)
        names = in_both_languages(bare) if not meant else None
        if names and meaning(names[0], entity) == meaning(names[1], entity):
            meant = meaning(names[0], entity)
        if meant and _may_say(meant, said, entity):
            return meant, bare, said
    return "", folded, Decoration()


def _may_say(meant: str, said: Decoration, entity: Entity) -> bool:
    """Whether a column's numbers can be what its header says they are."""
    if said == Decoration():
        return True
    kinds = [column.kind for column in entity.columns if column.name == meant]
    if not kinds:
        return True
    if kinds == [Kind.DECIMAL]:
        return not said.percent and not said.with_tax and said.unit in (None, 1)
    return kinds == [Kind.RATE if said.percent else Kind.YEN] and (
        said.percent != said.is_about_money
    )


def _settle(entity: Entity, claims: _Claims) -> Mapping:
    own = [column.name for column in entity.columns]
    sources: dict[str, tuple[str, ...]] = {}
    rivals: dict[str, tuple[tuple[str, ...], ...]] = {}
    taxed = []
    for target in own:
        groups = _groups(target, entity, claims.first)
        if not groups and claims.second.get(target):
            groups = [claims.second[target]]
            if entity.name not in AS_PAID:
                taxed.append(target)
        groups = [_best(group, claims) for group in groups]
        if any(len(group) > 1 for group in groups):
            rivals[target] = tuple(tuple(group) for group in groups)
        elif groups:
            sources[target] = tuple(group[0] for group in groups)
    used = {name for names in sources.values() for name in names}
    used |= {name for groups in rivals.values() for group in groups for name in group}
    found = [*claims.first.items(), *claims.second.items()]
    left = [name for meant, names in found if meant for name in names if name not in used]
    tax_kinds, amount_units = claims.first.get(_TAX_KIND, []), claims.first.get(_AMOUNT_UNIT, [])
    return Mapping(
        entity=entity,
        sources=sources,
        units={name: claims.units[columns[0]] for name, columns in sources.items()},
        taxed=tuple(name for name in taxed if name in sources),
        currency=next(iter(claims.first.get("currency", [])), None),
        tax_kinds=tuple(tax_kinds),
        amount_units=tuple(amount_units),
        strange=tuple(claims.first.get("", [])),
        noted=tuple(left),
        beaten=claims.beaten,
        rivals=rivals,
    )


def _best(group: list[str], claims: _Claims) -> list[str]:
    """The columns of a group with the lowest rank, which beat the others."""
    lowest = min(claims.ranks[name] for name in group)
    best = [name for name in group if claims.ranks[name] == lowest]
    if len(best) == 1:
        claims.beaten |= {name: best[0] for name in group if name != best[0]}
    return best


def _groups(target: str, entity: Entity, claims: dict[str, list[str]]) -> list[list[str]]:
    """Columns of the first alternative that the file has, one group for each meaning."""
    for meanings in _alternatives(target, entity):
        found = [claims[meant] for meant in meanings if claims.get(meant)]
        if found:
            return found
    return []


def _alternatives(target: str, entity: Entity) -> list[tuple[str, ...]]:
    """Meanings that can fill a column: the first alternative that is there; a tuple is combined."""
    pair = _PAIRS.get(target, ())
    if target in pair:
        return [pair]
    if pair:
        return [(target,), pair]
    if target == entity.own_id:
        return [(target,), ("record_id",), ("row_counter",)]
    return [(target,)]
