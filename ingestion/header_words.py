"""The words of headers: synonyms of `headers.csv`, our own labels of `dictionary.csv`.

A synonym of the entity wins over one of any entity.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

import polars as pl

from ingestion.columns import Entity, Kind
from ingestion.decorations import undecorated
from ingestion.entities import ENTITIES
from ingestion.tables import fold

TABLE = Path(__file__).with_name("headers.csv")
# Our own Japanese name of every column, which templates use as the header.
LABELS = Path(__file__).with_name("dictionary.csv")
_ALIASES = {
    "collections": {"amount": "amount_yen"},
    "payouts": {"amount": "amount_yen"},
    "channel_costs": {"amount": "amount_yen"},
    "contracts": {"product": "product_id", "amount": "initial_yen"},
    "contract_events": {"product": "product_id", "amount": "amount_yen"},
    "leads": {"product": "product_id"},
}
# Endings that say what kind of column it is, and how such names end here: contract_no is nearer to
# contract_id than to contracted_on.
_ENDINGS = (
    (re.compile(r"(?<=.)(?:_?(?:no|num|number|cd|code|id)\.?|ナンバー|no)$"), "_id", Kind.ID),
    (re.compile(r"(?<=.)(?:番号|コード|id)$"), "番号", Kind.ID),
    (re.compile(r"(?<=.)(?:_?(?:date|day|dt|on))$"), "_on", Kind.DATE),
    (re.compile(r"(?<=.)(?:_?(?:amount|price|fee|yen|jpy))$"), "_yen", Kind.YEN),
)
# What people write for one another: 契約No. and 契約コード for 契約番号, 契約年月日 for 契約日.
_ID_ENDING = re.compile(r"(?<=[^\x00-\x7f])(?:番号|コード|id)$")
_NUMBER_FORMS = ("no", "no.", "番号", "コード", "id")
_DATE_ENDING = re.compile(r"(?<=[^年月次締支毎])日$")
# Honorifics before what is the customer's: ご契約日, お申込日.
_HONORIFICS = ("ご", "御", "お")
_HONORED = re.compile("^[一-龠]")
# 契約日付 is as near to 契約日 as this; 占い is near to nothing.
_NEAR, _LONGEST = 0.75, 40


@cache
def known_headers() -> frozenset[str]:
    """Every header that means something for some entity, folded."""
    canonical = {name for entity in ENTITIES for name in _own(entity)}
    return frozenset(canonical | {variant for variant, _ in _synonyms()})


@cache
def identifier_headers() -> frozenset[str]:
    """Headers, folded, of columns that hold identifiers, whatever the entity is. A row's counter
    is none: it is one only where nothing else is."""
    named = _identifiers() | {"product"}
    meant: dict[str, set[str]] = {name: {name} for name in named}
    for (folded, _), (canonical, _) in _synonyms().items():
        meant.setdefault(folded, set()).add(canonical)
    return frozenset(folded for folded, canonical in meant.items() if canonical <= named)


def meaning(folded: str, entity: Entity) -> str:
    """Canonical name of a header for an entity; "" when it is unknown."""
    if own := _own(entity.name).get(folded):
        return own
    synonyms = _synonyms()
    found = synonyms.get((folded, entity.name)) or synonyms.get((folded, "any"))
    canonical = found[0] if found else ""
    return _ALIASES.get(entity.name, {}).get(canonical, canonical)


def is_own_name(folded: str, entity: Entity) -> bool:
    """Whether a header is a column's canonical name or our label of it."""
    found = _labels().get((folded, entity.name)) or _labels().get((folded, "any"))
    return folded in _own(entity.name) or found is not None


def is_weak(folded: str, entity: Entity) -> bool:
    """Whether a header only means its column where no usual one does: 申込日 beside 契約日."""
    strengths = _strengths()
    return strengths.get((folded, entity.name), strengths.get((folded, "any"), "")) == "weak"


def synonyms_of(column: str, entity: Entity) -> list[str]:
    """Headers that mean a column of an entity, as `headers.csv` writes them, each once."""
    table = pl.read_csv(TABLE, infer_schema=False).filter(
        pl.col("entity").is_in([entity.name, "any"])
    )
    names = dict.fromkeys(table["variant"])
    return [name for name in names if meaning(fold(name), entity) == column]


@cache
def entity_label(entity: Entity) -> str:
    """契約: what the data are called in Japanese."""
    table = pl.read_csv(LABELS, infer_schema=False).filter(pl.col("column").is_null())
    return str(table.row(by_predicate=pl.col("entity") == entity.name, named=True)["label"])


@cache
def words_for(entity_name: str) -> dict[str, tuple[str, str]]:
    """Folded header → (header as written, the column of the entity that it means)."""
    entity = ENTITIES[entity_name]
    words = {name: (name, name) for name in _own(entity_name).values()}
    for (folded, whose), (_, written) in _listed().items():
        column = meaning(folded, entity) if whose in (entity_name, "any") else ""
        if column == "record_id":
            column = entity.own_id or ""
        if column in words:
            words[folded] = (written, column)
    return words


def nearest(header: str, entity_name: str, filled: Collection[str]) -> str | None:
    """The known header that a header looks like, of the columns that no other one fills.

    Where its ending says what kind of column it is, only those of that kind are looked at first.
    """
    bare = undecorated(fold(header))[-1][0]
    if len(bare) > _LONGEST:
        return None
    words = [
        (folded, written, column)
        for folded, (written, column) in words_for(entity_name).items()
        if column not in filled
    ]
    kinds = {column.name: column.kind for column in ENTITIES[entity_name].columns}
    for ending, usual, kind in _ENDINGS:
        if ending.search(bare):
            alike = [word for word in words if kinds[word[2]] is kind]
            if found := _most_alike(ending.sub(usual, bare), alike):
                return found
    return _most_alike(bare, words)


def _most_alike(bare: str, words: Sequence[tuple[str, str, str]]) -> str | None:
    matcher = SequenceMatcher(b=bare, autojunk=False)
    best, found = _NEAR, None
    for folded, written, _ in words:
        matcher.set_seq1(folded)
        if matcher.real_quick_ratio() >= best and matcher.quick_ratio() >= best:
            score = matcher.ratio()
            if score > best or (score == best and found is None):
                best, found = score, written
    return found


@cache
def _own(entity_name: str) -> dict[str, str]:
    """Folded header → canonical name that it is: company_name, Company Name."""
    names = [column.name for column in ENTITIES[entity_name].columns]
    return {name.replace("_", ""): name for name in names} | {name: name for name in names}


@cache
def _synonyms() -> dict[tuple[str, str], tuple[str, str]]:
    """(folded header, entity) → (canonical name, header as written), other forms included."""
    listed = _listed()
    derived = {
        (form, entity): meant
        for (folded, entity), meant in listed.items()
        for form in _other_forms(folded, meant[0])
        if not {(form, entity), (form, "any")} & listed.keys()
    }
    return derived | listed


@cache
def _listed() -> dict[tuple[str, str], tuple[str, str]]:
    """(folded header, entity) → (canonical name, header as written), as the tables have them."""
    others = pl.read_csv(TABLE, infer_schema=False).select("canonical", "variant", "entity")
    return _labels() | {
        (fold(variant), entity): (canonical, variant)
        for canonical, variant, entity in others.iter_rows()
    }


@cache
def _labels() -> dict[tuple[str, str], tuple[str, str]]:
    described = pl.read_csv(LABELS, infer_schema=False).filter(pl.col("column").is_not_null())
    return {
        (fold(label), entity): (column, label)
        for column, label, entity in described.select("column", "label", "entity").iter_rows()
    }


@cache
def _strengths() -> dict[tuple[str, str], str]:
    """(folded header, entity) → "weak" or "" for every form."""
    table = pl.read_csv(TABLE, infer_schema=False).filter(strength="weak")
    weak = {(fold(variant), entity) for variant, entity in table.select("variant", "entity").rows()}
    return {
        (folded, entity): "weak" if (fold(written), entity) in weak else ""
        for (folded, entity), (_, written) in _synonyms().items()
    }


@cache
def _identifiers() -> frozenset[str]:
    """Canonical names of columns that hold identifiers."""
    columns = [column for entity in ENTITIES.values() for column in entity.columns]
    named = {column.name for column in columns if column.kind is Kind.ID}
    return frozenset(named | {"record_id", "seller_partner_id"})


@cache
def _times() -> frozenset[str]:
    columns = [column for entity in ENTITIES.values() for column in entity.columns]
    return frozenset(column.name for column in columns if column.kind is Kind.TIMESTAMP)


def _other_forms(folded: str, canonical: str) -> set[str]:
    """How else people write a header: № for 番号, 年月日 for 日, with an honorific."""
    forms = {folded}
    if canonical in _identifiers():
        forms |= {_ID_ENDING.sub(form, folded) for form in _NUMBER_FORMS}
    elif folded.endswith("番号"):
        forms |= {folded.removesuffix("番号") + form for form in _NUMBER_FORMS[:2]}
    elif _DATE_ENDING.search(folded):
        forms |= {folded.removesuffix("日") + "年月日"}
        forms |= {f"{folded}時"} if canonical in _times() else set()
    # an amount in other words may be another amount
    if _HONORED.search(folded) and canonical != "amount" and not canonical.endswith("_yen"):
        forms |= {before + form for before in _HONORIFICS for form in forms}
    return forms - {folded}
