"""Which rows of which files the facts behind some events and terms stand on tonight (出所)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class _Fact:
    """`table`: what the files call it; `key` and `said` are expressions over its row `r`; `rows`:
    the condition for a fact that only the CRM states, `owner`: whose fact a row of any door is;
    `rank`: the number by which rows of one key stand in order."""

    kind: str
    table: str
    key: str
    said: str
    rows: str = ""
    owner: str = ""
    rank: str = "null"


# stored UTC; people read the day in Tokyo
_TOKYO_DAY = "cast({} + interval 9 hour as date)"
_OF_TERMS = "list_contains($terms, r.term_id)"
_OF_VERSIONS = (
    "(r.agreement_id, r.version) in "
    "(select (terms.agreement_id, terms.agreement_version) from terms)"
)
_FACTS = (
    _Fact(
        "lead",
        "leads",
        "r.lead_id",
        f"cast({_TOKYO_DAY.format('r.registered_at')} as varchar)",
        owner="lead",
    ),
    _Fact(
        "contract",
        "contracts",
        "r.contract_id",
        "cast(r.contracted_on as varchar)",
        owner="contract",
    ),
    _Fact(
        "event",
        "contract_events",
        "r.event_id",
        "concat_ws(' ', r.stage, r.occurred_on)",
        owner="contract",
    ),
    _Fact(
        "evidence",
        "evidence",
        "r.evidence_id",
        f"concat_ws(' ', r.evidence_kind, {_TOKYO_DAY.format('r.received_at')})",
        owner="contract",
    ),
    _Fact(
        "collection",
        "collections",
        "r.collection_id",
        "concat_ws(' → ', r.due_on, r.collected_on)",
        "r.contract_id in (select events.contract_id from events)",
    ),
    _Fact(
        "agreement",
        "agreements",
        "concat(r.agreement_id, ' v', r.version)",
        "concat(r.effective_from, ' – ', r.effective_to)",
        _OF_VERSIONS,
    ),
    _Fact(
        "term",
        "commission_terms",
        "r.term_id",
        "concat_ws(' ', r.approved_by, r.approved_on)",
        _OF_TERMS,
    ),
    _Fact(
        "tier",
        "commission_tiers",
        "r.term_id",
        "concat(r.from_value, ' –')",
        _OF_TERMS,
        rank="r.from_value",
    ),
    _Fact(
        "step",
        "clawback_steps",
        "r.term_id",
        "concat(r.from_month, ' –')",
        _OF_TERMS,
        rank="r.from_month",
    ),
)


def sources_query() -> str:
    """A query with parameters `events` (funnel event ids) and `terms` (term ids).

    Rows: kind, id, said, file (`<door>/<name>`), row_number, known_on (day in Tokyo).
    """
    parts = [part for place, fact in enumerate(_FACTS) for part in _parts(place, fact)]
    return _QUERY.format(parts=" union all ".join(parts))


def _parts(place: int, fact: _Fact) -> Iterator[str]:
    """One select of the CRM's rows, and one of the partners' where they may state the fact."""
    owned = f"(select events.{fact.owner}_id from events)"
    condition = fact.rows or f"r.{fact.owner}_id in {owned}"
    said = (
        f"{fact.rank} as rank, {fact.said} as said, "
        "r.file_name, r.row_number, r.file_sha256, r.known_at"
    )
    yield (
        f"select {place} as place, '{fact.kind}' as kind, {fact.key} as id, {said} "
        f"from staging.stg_crm__{fact.table} as r where {condition}"
    )
    if fact.owner:
        yield (
            f"select {place}, '{fact.kind}', concat(r.uploader_id, ':', {fact.key}), {said} "
            f"from staging.stg_uploads__{fact.table} as r "
            f"inner join intermediate.int_{fact.owner}_keys as k "
            f"on r.uploader_id = k.scope_id and r.{fact.owner}_id = k.record_id "
            f"where k.{fact.owner}_id in {owned}"
        )


_QUERY = """
    with events as (
        select lead_id, contract_id
        from intermediate.int_commission_events
        where list_contains($events, funnel_event_id)
    ),

    terms as (
        select agreement_id, agreement_version
        from intermediate.int_commission_terms_prepared
        where list_contains($terms, term_id)
    ),

    facts as ({parts}),

    doors as (
        select file_sha256, file_name, min(source) as source
        from staging.stg_lake__files
        group by file_sha256, file_name
    )

    select distinct
        facts.place,
        facts.rank,
        facts.kind,
        facts.id,
        facts.said,
        facts.row_number,
        concat_ws('/', doors.source, facts.file_name) as file,
        cast(facts.known_at + interval 9 hour as date) as known_on
    from facts
    left join doors
        on facts.file_sha256 = doors.file_sha256 and facts.file_name = doors.file_name
    order by facts.place, facts.id, facts.rank, facts.said
"""
