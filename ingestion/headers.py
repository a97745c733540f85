"""Which column of a file means which canonical column of an entity.

The synonyms stand in `headers.csv`, our own labels in `dictionary.csv`. Canonical names win over
synonyms, a synonym of the entity over one of any entity. Two columns that mean the same item are a
conflict, never a choice, but for the pairs of `_PAIRS`, which the domain combines.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polars as pl

from ingestion.columns import Entity
from ingestion.entities import ENTITIES
from ingestion.tables import fold, unique_names
from ingestion.units import UNIT, UNITS

TABLE = Path(__file__).with_name("headers.csv")
# Our own Japanese name of every column, which templates use as the header.
LABELS = Path(__file__).with_name("dictionary.csv")
EXTRA = "(extra)"
_UNIT = re.compile(rf"[(\[【/_:]?(?:単位:?)?({UNIT}|税抜|税別)[)\]】]?$")
# Canonical column ← the meanings whose cells fill it together (how: `rows.py`).
_PAIRS = {
    "contact_name": ("contact_family_name", "contact_given_name"),
    "rep_name": ("contact_family_name", "contact_given_name"),
    "phone": ("phone", "phone_mobile"),
    "partner_id": ("seller_partner_id", "partner_id"),
}
_ALIASES = {
    "collections": {"amount": "amount_yen"},
    "payouts": {"amount": "amount_yen"},
    "channel_costs": {"amount": "amount_yen"},
    "contracts": {"product": "product_id", "amount": "initial_yen"},
    "contract_events": {"product": "product_id", "amount": "amount_yen"},
    "leads": {"product": "product_id"},
}


@dataclass(frozen=True)
class Mapping:
    """How the columns of a file become those of an entity.

    `sources`: canonical column → columns of `Table.rows`. `units`: yen per unit where the header
    says 千円 or 万円. `currency`: the column that names the currency. `unknown`: columns without a
    meaning; `noted`: columns known to be of no use. `conflicts`: canonical columns claimed twice.
    """

    sources: dict[str, tuple[str, ...]]
    units: dict[str, int | None]
    currency: str | None
    unknown: tuple[str, ...]
    noted: tuple[str, ...]
    conflicts: tuple[str, ...]

    def missing(self, entity: Entity, implied: frozenset[str] = frozenset()) -> tuple[str, ...]:
        return tuple(
            name for name in entity.required if name not in self.sources and name not in implied
        )

    def names_tombstones(self, entity: Entity) -> bool:
        """Whether rows can be deleted by this file, which needs no more than their keys."""
        return {*entity.key, "is_deleted"} <= self.sources.keys()


@cache
def known_headers() -> frozenset[str]:
    """Every header that means something for some entity, folded."""
    canonical = {column.name for entity in ENTITIES.values() for column in entity.columns}
    return frozenset(canonical | {variant for variant, _ in _synonyms()})


def map_headers(header: Sequence[str], entity: Entity) -> Mapping:
    """Assign every column of a file; see `Mapping`. Never raises."""
    names = unique_names(header)
    own = [column.name for column in entity.columns]
    claims: dict[str, list[str]] = defaultdict(list)
    canonical: dict[str, list[str]] = defaultdict(list)
    units: dict[str, int | None] = {}
    for name, cell in zip(names, header, strict=True):
        folded, unit = _split_unit(fold(cell))
        if folded in own:
            canonical[folded].append(name)
        else:
            claims[_meaning(folded, entity)].append(name)
        units[name] = unit
    return _settle(entity, own, canonical, claims, units)


def best_entity(
    header: Sequence[str], candidates: Sequence[tuple[Entity, frozenset[str]]]
) -> list[Entity]:
    """Entities whose required columns (but for the implied) are all there, the best matches."""
    scores: dict[str, int] = {}
    for entity, implied in candidates:
        mapping = map_headers(header, entity)
        if not mapping.conflicts and not mapping.missing(entity, implied):
            scores[entity.name] = len(mapping.sources)
    best = max(scores.values(), default=0)
    return [ENTITIES[name] for name, score in scores.items() if score == best]


def synonyms_of(column: str, entity: Entity) -> list[str]:
    """Headers that mean a column of an entity, as `headers.csv` writes them, each once."""
    table = pl.read_csv(TABLE, infer_schema=False).filter(
        pl.col("entity").is_in([entity.name, "any"])
    )
    names = dict.fromkeys(table["variant"])
    return [name for name in names if _meaning(fold(name), entity) == column]


def _settle(
    entity: Entity,
    own: list[str],
    canonical: dict[str, list[str]],
    claims: dict[str, list[str]],
    units: dict[str, int | None],
) -> Mapping:
    sources: dict[str, tuple[str, ...]] = {}
    conflicts: list[str] = []
    for target in own:
        groups = _groups(target, entity, canonical, claims)
        if any(len(group) > 1 for group in groups):
            conflicts.append(target)
        elif groups:
            sources[target] = tuple(group[0] for group in groups)
    noted, unknown = _leftovers(claims, {name for names in sources.values() for name in names})
    return Mapping(
        sources=sources,
        units={name: units[columns[0]] for name, columns in sources.items()},
        currency=next(iter(claims.get("currency", [])), None),
        unknown=tuple(unknown),
        noted=tuple(noted),
        conflicts=tuple(conflicts),
    )


def _groups(
    target: str,
    entity: Entity,
    canonical: dict[str, list[str]],
    claims: dict[str, list[str]],
) -> list[list[str]]:
    """Columns of the first alternative that the file has, one group for each meaning."""
    for meanings in _alternatives(target, entity):
        found = [
            [*(canonical.get(target, []) if meaning == target else []), *claims.get(meaning, [])]
            for meaning in meanings
        ]
        if any(found):
            return [group for group in found if group]
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


def _leftovers(claims: dict[str, list[str]], used: set[str]) -> tuple[list[str], list[str]]:
    """Columns that fill nothing: (known by name, unknown)."""
    noted = [
        name
        for meaning, names in claims.items()
        if meaning != ""
        for name in names
        if name not in used
    ]
    return noted, claims.get("", [])


def _meaning(folded: str, entity: Entity) -> str:
    """Canonical name of a synonym for an entity; "" when the header is unknown."""
    synonyms = _synonyms()
    found = synonyms.get((folded, entity.name)) or synonyms.get((folded, "any"), "")
    return _ALIASES.get(entity.name, {}).get(found, found)


@cache
def _synonyms() -> dict[tuple[str, str], str]:
    described = pl.read_csv(LABELS, infer_schema=False).filter(pl.col("column").is_not_null())
    labels = described.select(canonical="column", variant="label", entity="entity")
    others = pl.read_csv(TABLE, infer_schema=False).select("canonical", "variant", "entity")
    return {
        (fold(variant), entity): canonical
        for canonical, variant, entity in pl.concat([labels, others]).iter_rows()
    }


def _split_unit(folded: str) -> tuple[str, int | None]:
    """(header without its unit notes, yen per unit if stated): 金額(千円)(税抜) → 金額, 1000."""
    unit = None
    while (note := _UNIT.search(folded)) and note.start() > 0 and note[0] != note[1]:
        unit = UNITS.get(note[1], unit)
        folded = folded[: note.start()]
    return folded, unit
