"""What a file is about: as its name says, else by its headers; never a guess that ignores money."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ingestion.columns import Entity, Kind
from ingestion.entities import ENTITIES
from ingestion.guides.meanings import meaning_of, names_for_people
from ingestion.headers import Mapping, column_of, map_headers, telling_column
from ingestion.reasons import FileRefused
from ingestion.tables import fold

Candidates = Sequence[tuple[Entity, frozenset[str]]]
_DEALS = ("leads", "contracts", "contract_events")
# Words of file names, folded: of the first entity and of those beside it.
_WORDS = {
    ("leads",): ("lead", "リード", "見込", "紹介", "引合", "案件", "商談"),
    _DEALS: ("顧客", "お客", "客先", "customer", "client"),
    ("contracts", "contract_events"): ("contract", "契約", "成約", "受注", "解約", "キャンセル"),
    ("evidence",): ("evidence", "証憑", "同意書", "申込書"),
    ("trainings",): ("training", "研修", "受講"),
    ("inquiries",): ("inquir", "問合", "問い合わせ"),
    ("joint_plans",): ("joint_plan", "計画"),
    ("partner_reps",): ("reps", "担当者", "営業員", "社員", "スタッフ"),
}
_LEADS, _REPS = ENTITIES["leads"], ENTITIES["partner_reps"]
# What only a customer or a deal has; reps have names, phones and days of their own, too.
_OF_CUSTOMERS = frozenset(
    {"company_name", "company_name_kana", "corporate_number", "contact_name_kana", "product_id"}
    | {"initial_yen", "monthly_yen", "amount_yen", "contracted_on", "cancelled_on", "agreed_on"}
    | {"meeting_on", "consent_on", "registered_at", "postal_code", "prefecture", "address"}
)
# So many columns make a kind of data the likely one of a file that is none.
_LIKELY = 2


def named_entity(name: str) -> Entity | None:
    """`leads__2026-10.csv` and `leads.csv` are leads, in any folder."""
    return ENTITIES.get(fold(Path(name).name.split("__")[0].split(".")[0]))


def choose_entity(name: str, header: Sequence[str], candidates: Candidates) -> Entity:
    """The entity of a file. `candidates`: what its sender may send, and the columns that may be
    left out. Raises FileRefused where that is none of them, or in doubt."""
    named = named_entity(name)
    if named is not None:
        if all(named is not entity for entity, _ in candidates):
            raise FileRefused("not_uploadable", named.name)
        return named
    told = _customers_told(name, header) if _REPS in best_entity(header, candidates) else []
    if told:
        candidates = [each for each in candidates if each[0] is not _REPS]
    allowed = best_entity(header, candidates)
    if len(allowed) > 1:
        raise FileRefused("ambiguous_entity", ", ".join(entity.name for entity in allowed))
    if allowed:
        _refuse_doubt(allowed[0], name, header, candidates)
        return allowed[0]
    if told:
        lacking = _lacks(map_headers(header, _LEADS), dict(candidates).get(_LEADS, frozenset()))
        raise FileRefused("unclear_entity", f"{', '.join(told)} → {lacking}")
    open_to_all = [entity for entity, _ in candidates]
    implied = candidates[0][1] if candidates else frozenset[str]()
    forbidden = [entity for entity in ENTITIES.values() if entity not in open_to_all]
    if best_entity(header, [(entity, implied) for entity in forbidden]):
        raise FileRefused("not_uploadable")
    likely = likely_mapping(header, candidates)
    raise FileRefused("unknown_entity", _lacks(likely, implied) if likely else "")


def likely_mapping(header: Sequence[str], candidates: Candidates) -> Mapping | None:
    """The mapping of the entity that understands most of a header; None where it is little."""
    mappings = (map_headers(header, entity) for entity, _ in candidates)
    found = max(mappings, key=_columns_in, default=None)
    return found if found is not None and _columns_in(found) >= _LIKELY else None


def _columns_in(mapping: Mapping) -> int:
    """How many columns of an entity a file has; those it has twice count once."""
    return len(mapping.sources) + len(mapping.rivals)


def best_entity(header: Sequence[str], candidates: Candidates) -> list[Entity]:
    """Entities whose required columns (but for the implied) are all there, the best matches. Two
    columns for one item are there: a file with such a conflict is about nothing else therefore."""
    scores: dict[str, int] = {}
    for entity, implied in candidates:
        mapping = map_headers(header, entity)
        if not mapping.missing(entity, implied):
            scores[entity.name] = _columns_in(mapping)
    best = max(scores.values(), default=0)
    return [ENTITIES[name] for name, score in scores.items() if score == best]


def _refuse_doubt(chosen: Entity, name: str, header: Sequence[str], candidates: Candidates) -> None:
    """Raise FileRefused (`unclear_entity`) where the file may as well be about something else: it
    has columns that tell of other data which fit no worse, amounts nobody would read, or the name
    of other data and nothing but a number that speaks for the entity."""
    mapping = map_headers(header, chosen)
    for other, implied in candidates:
        if other is not chosen and (told := _told(mapping, other)):
            rival = map_headers(header, other)
            fits = len(rival.sources) >= len(mapping.sources)
            if fits or _is_money_lost(told, mapping, other):
                raise FileRefused("unclear_entity", f"{', '.join(told)} → {_lacks(rival, implied)}")
    required = set(chosen.required) - dict(candidates)[chosen]
    if required == {chosen.own_id} and (others := _spoken_of(name, chosen)):
        rival = map_headers(header, others[0])
        raise FileRefused(
            "unclear_entity",
            f"{name} → {_lacks(rival, dict(candidates).get(others[0], frozenset()))}",
        )


def _customers_told(name: str, header: Sequence[str]) -> list[str]:
    """What says that a list of people is one of customers and not of reps: columns, the file's
    name. 登録日 may be a rep's where the name speaks of reps."""
    said = fold(Path(name).stem)
    of_customers = any(word in said for word in _WORDS[_DEALS])
    of_reps = any(word in said for word in _WORDS["partner_reps",]) and not of_customers
    own = {"registered_at"} if of_reps else set[str]()
    kinds = (_LEADS, ENTITIES["contracts"], ENTITIES["contract_events"])
    columns = [
        cell.strip()
        for cell in header
        if any(
            (column := column_of(cell, kind)) and column.name in _OF_CUSTOMERS - own
            for kind in kinds
        )
    ]
    return columns or ([name] if of_customers or _spoken_of(name, _REPS) else [])


def _told(mapping: Mapping, other: Entity) -> list[str]:
    """The columns without use that tell of another entity."""
    return [name for name in (*mapping.strange, *mapping.noted) if telling_column(name, other)]


def _is_money_lost(told: list[str], mapping: Mapping, other: Entity) -> bool:
    """Whether one of these columns is an amount, and none is read."""
    amounts = {column.name for column in mapping.entity.columns if column.kind is Kind.YEN}
    found = [telling_column(name, other) for name in told]
    return not amounts & mapping.sources.keys() and any(
        column is not None and column.kind is Kind.YEN for column in found
    )


def _spoken_of(name: str, chosen: Entity) -> list[Entity]:
    """The entities whose words a file's name holds, if none is of the chosen one."""
    said = fold(Path(name).stem)
    spoken = [names for names, words in _WORDS.items() if any(word in said for word in words)]
    if any(chosen.name in names for names in spoken):
        return []
    return [ENTITIES[names[0]] for names in spoken]


def _lacks(mapping: Mapping, implied: frozenset[str]) -> str:
    """契約 (contracts) + product_id (商品コード): an entity and the columns that a file lacks."""
    entity = mapping.entity
    missing = names_for_people(entity, mapping.missing(entity, implied))
    label = f"{meaning_of(entity).label} ({entity.name})"
    lacking = ", ".join(filter(None, [missing, *rivals_for_people(mapping)]))
    return f"{label} + {lacking}" if lacking else label


def rivals_for_people(mapping: Mapping) -> list[str]:
    """会社名 / 企業名 → company_name (お客様会社名): columns that mean the same item."""
    return [
        f"{' / '.join(name for group in groups for name in group)}"
        f" → {names_for_people(mapping.entity, [column])}"
        for column, groups in mapping.rivals.items()
    ]
