"""Which column of a file means which canonical column of an entity.

Canonical names win over synonyms. Two columns that mean the same item are a conflict, never a
choice, but for the pairs of `_PAIRS`, which the domain combines, and an amount given both before
and with tax. A header may say its unit and what the yen are: `decorations.py`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ingestion.columns import Column, Entity, Kind
from ingestion.decorations import Decoration, in_both_languages, undecorated
from ingestion.entities import ENTITIES
from ingestion.header_words import (
    LABELS,
    TABLE,
    entity_label,
    known_headers,
    meaning,
    nearest,
    synonyms_of,
    words_for,
)
from ingestion.reasons import FileRefused
from ingestion.tables import fold, unique_names

__all__ = [
    "AS_PAID",
    "LABELS",
    "TABLE",
    "Mapping",
    "known_headers",
    "map_headers",
    "refuse_unclear_amounts",
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
# 初期費用割引額 and 月額開始日 say something of an amount, and are none that we look for.
_OTHER_AMOUNT = re.compile(
    r"手数料|報酬|マージン|値引|割引|原価|粗利|消費税額|見積|予算|前回|変更前|旧"
)
_NO_AMOUNT = re.compile(
    r"(?:日|月|年|名|番号|id|コード|区分|種別|備考|有無|無料|方法|状況|理由|通貨|率|数|フラグ|メモ)$"
)
# Of so many unknown columns it is said what they may have meant.
_MOST_HINTS = 30


@dataclass(frozen=True)
class Mapping:
    """How the columns of a file become those of an entity.

    `sources`: canonical column → columns of `Table.rows`. `units`: yen per unit where the header
    says 千円 or 万円; of a rate in percent, 100. `taxed`: amounts that are only given with tax.
    `currency`: the column that names the currency. `strange`: columns without a meaning; `noted`:
    columns known to be of no use. `conflicts`: canonical columns claimed twice.
    """

    entity: Entity
    sources: dict[str, tuple[str, ...]]
    units: dict[str, int | None]
    taxed: tuple[str, ...]
    currency: str | None
    strange: tuple[str, ...]
    noted: tuple[str, ...]
    conflicts: tuple[str, ...]

    @cached_property
    def unknown(self) -> tuple[str, ...]:
        """The columns that are of no use here though they may be meant to be, for people: with
        the header that a strange one may have meant, or the data that the column belongs to."""
        hinted = [self._hinted(name) for name in self.strange[:_MOST_HINTS]]
        foreign = [
            f"{name}（{home}の項目）"
            for name in self.noted[:_MOST_HINTS]
            if (home := _home(name, self.entity))
        ]
        return (*hinted, *self.strange[_MOST_HINTS:], *foreign)

    def _hinted(self, name: str) -> str:
        if home := _home(name, self.entity):
            return f"{name}（{home}の項目）"
        hint = nearest(name, self.entity.name, self.sources)
        return f"{name}（→ {hint}？）" if hint else name

    def missing(self, entity: Entity, implied: frozenset[str] = frozenset()) -> tuple[str, ...]:
        return tuple(
            name for name in entity.required if name not in self.sources and name not in implied
        )

    def names_tombstones(self, entity: Entity) -> bool:
        """Whether rows can be deleted by this file, which needs no more than their keys."""
        return {*entity.key, "is_deleted"} <= self.sources.keys()


@dataclass
class _Claims:
    """Columns of a file by what they mean; those in `second` only count without others."""

    first: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    second: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    units: dict[str, int | None] = field(default_factory=dict)


def map_headers(header: Sequence[str], entity: Entity) -> Mapping:
    """Assign every column of a file; see `Mapping`. Never raises."""
    claims = _Claims()
    for name, cell in zip(unique_names(header), header, strict=True):
        meant, said = _understand(fold(cell), entity)
        unwanted = said.before_tax if entity.name in AS_PAID else said.with_tax
        (claims.second if unwanted else claims.first)[meant].append(name)
        claims.units[name] = PERCENT if said.percent else said.unit
    return _settle(entity, claims)


def telling_column(header: str, entity: Entity) -> Column | None:
    """The column of an entity that a header means, if it is one that other kinds of data hardly
    have: its number, an amount, a day, its status."""
    meant, _ = _understand(fold(header), entity)
    found = next((column for column in entity.columns if column.name == meant), None)
    if found is None or not (
        found.name == entity.own_id
        or found.kind in (Kind.YEN, Kind.DATE)
        or found.name.endswith("_status")
    ):
        return None
    return found


def refuse_unclear_amounts(mapping: Mapping) -> None:
    """Raises FileRefused where yen would be wrong, or missing though the file may have them.

    `tax_included`: an amount is only given with tax. `unclear_amount`: nothing fills a column of
    amounts, and a header that is not understood has one of its names in it.
    """
    names = [mapping.sources[column][0] for column in mapping.taxed]
    if names:
        raise FileRefused("tax_included", ", ".join(names))
    for column in mapping.entity.columns:
        if column.kind is Kind.YEN and column.name not in mapping.sources:
            for name in mapping.strange:
                if word := _amount_in(fold(name), column.name, mapping.entity):
                    raise FileRefused("unclear_amount", f"{name} → {word}")


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


def _understand(folded: str, entity: Entity) -> tuple[str, Decoration]:
    """What a header means ("" for nothing), and what it says of its numbers."""
    for bare, said in undecorated(folded):
        meant = meaning(bare, entity)
        names = in_both_languages(bare) if not meant else None
        if names and meaning(names[0], entity) == meaning(names[1], entity):
            meant = meaning(names[0], entity)
        if meant and _may_say(meant, said, entity):
            return meant, said
    return "", Decoration()


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
    conflicts, taxed = [], []
    for target in own:
        groups = _groups(target, entity, claims.first)
        if not groups and claims.second.get(target):
            groups = [claims.second[target]]
            if entity.name not in AS_PAID:
                taxed.append(target)
        if any(len(group) > 1 for group in groups):
            conflicts.append(target)
        elif groups:
            sources[target] = tuple(group[0] for group in groups)
    used = {name for names in sources.values() for name in names}
    found = [*claims.first.items(), *claims.second.items()]
    left = [name for meant, names in found if meant for name in names if name not in used]
    return Mapping(
        entity=entity,
        sources=sources,
        units={name: claims.units[columns[0]] for name, columns in sources.items()},
        taxed=tuple(name for name in taxed if name in sources),
        currency=next(iter(claims.first.get("currency", [])), None),
        strange=tuple(claims.first.get("", [])),
        noted=tuple(left),
        conflicts=tuple(conflicts),
    )


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


def _amount_in(folded: str, column: str, entity: Entity) -> str | None:
    """The name of a column of amounts that a header contains, if it can be that amount."""
    bare = undecorated(folded)[-1][0]
    if _OTHER_AMOUNT.search(bare) or _NO_AMOUNT.search(bare):
        return None
    words = words_for(entity.name).items()
    names = [
        (word, written) for word, (written, meant) in words if meant == column and word in bare
    ]
    return max(names, default=("", None), key=lambda name: len(name[0]))[1]
