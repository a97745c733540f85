"""What stands behind a posting or a contract, gathered from the warehouse: rows of files, agreement
versions, terms, tiers, lines, windows, postings and decisions. `ledger_page` prints it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from expectations.rules import load_rules
from ingestion.nights import completed_nights, lock_nights
from orchestration.closing import warehouse_night
from orchestration.provenance import sources_query
from orchestration.settings import Settings

Row = dict[str, Any]


class ExplanationRefusedError(ValueError):
    """There is nothing to explain, or nothing that could be trusted; the message says why."""


@dataclass(frozen=True)
class Explanation:
    """Rows by what they are. `deals`: the events explained; `windows` and `bands` only for terms
    with tiers or a cap; `decisions` one row an event × candidate term; `standings` one a line and
    statement: how far its yen are on the way to the partner."""

    subject: str
    night_id: str
    sources: list[Row]
    decisions: list[Row]
    terms: dict[str, Row]
    entitlements: list[Row]
    lines: list[Row]
    windows: list[Row]
    bands: list[Row]
    postings: list[Row]
    standings: list[Row]
    words: dict[str, Row]


def explain(place: Settings, subject: str) -> Explanation:
    """Everything about a posting (id or a beginning of it that is unique), contract or lead.

    Holds the night's lock: nobody else opens the working warehouse. Raises
    `ExplanationRefusedError`, and `NightRunningError` while a night runs.
    """
    with lock_nights(place.home):
        nights = completed_nights(place.lake)
        shown = warehouse_night(place)
        if not nights or shown != nights[-1].id:
            raise ExplanationRefusedError(
                f"The warehouse shows {shown or 'no finished night'}, not the last completed one. "
                "Run `teikei nightly` and ask again."
            )
        titles = {
            f"rule:{rule.id}": {f"word_{language}": text for language, text in rule.title.items()}
            for rule in load_rules(place.rules / "conduct")
        }
        with duckdb.connect(str(place.warehouse), read_only=True) as warehouse:
            return _explain(_Reader(warehouse), subject, nights[-1].id, titles)


@dataclass(frozen=True)
class _Reader:
    warehouse: duckdb.DuckDBPyConnection

    def rows(self, query: str, **parameters: Any) -> list[Row]:
        relation = self.warehouse.sql(query, params=parameters)
        names = relation.columns
        return [dict(zip(names, row, strict=True)) for row in relation.fetchall()]


def _explain(reader: _Reader, subject: str, night_id: str, titles: dict[str, Row]) -> Explanation:
    lines, events = _scope(reader, subject)
    decisions = reader.rows(_DECISIONS, events=events)
    terms = _terms(reader, sorted({row["term_id"] for row in decisions if row["term_id"]} | lines))
    windows = reader.rows(_WINDOWS, events=events, terms=list(terms), subject=subject)
    postings = reader.rows(_POSTINGS, events=events, subject=subject)
    return Explanation(
        subject,
        night_id,
        reader.rows(sources_query(), events=events, terms=list(terms)),
        decisions,
        terms,
        reader.rows(_ENTITLEMENTS, events=events),
        reader.rows(_LINES, events=events),
        windows,
        reader.rows(_BANDS, terms=list(terms)),
        postings,
        reader.rows(_STANDINGS, postings=[row["posting_id"] for row in postings]),
        _words(reader) | titles,
    )


def _scope(reader: _Reader, subject: str) -> tuple[set[str], list[str]]:
    """(terms that a window's posting belongs to, funnel events to explain)."""
    found = reader.rows(_FIND_POSTING, subject=subject)
    if len(found) > 1:
        raise ExplanationRefusedError(
            f"{len(found)} postings begin with {subject}; give more of it."
        )
    if found and found[0]["component"] in ("uplift", "cap"):
        return {found[0]["term_id"]}, _names(reader.rows(_WINDOW_EVENTS, **_key(found[0])))
    if found:
        # `<event>#<k>` is month k of a recurring term
        return {found[0]["term_id"]}, [found[0]["subject"].partition("#")[0]]
    events = _names(reader.rows(_DEAL_EVENTS, subject=subject))
    if not events:
        raise ExplanationRefusedError(
            f"No posting, contract or lead of a partner is called {subject}. Ids are written as in "
            "marts.fct_commission_ledger and marts.fct_commission_decisions."
        )
    return set(), events


def _key(posting: Row) -> Row:
    return {"term_id": posting["term_id"], "window_label": posting["subject"]}


def _names(rows: Sequence[Row]) -> list[str]:
    return [row["funnel_event_id"] for row in rows]


def _terms(reader: _Reader, ids: list[str]) -> dict[str, Row]:
    return {row["term_id"]: row for row in reader.rows(_TERMS, terms=ids)}


def _words(reader: _Reader) -> dict[str, Row]:
    """`<kind>:<code>` → its words in both languages, from the seeds."""
    queries = (_STAGE_WORDS, _POSTING_WORDS)
    return {row["code"]: row for query in queries for row in reader.rows(query)}


_FIND_POSTING = """
    select * from marts.fct_commission_ledger
    where length($subject) >= 8 and starts_with(posting_id, $subject)
"""
_WINDOW_EVENTS = """
    select distinct funnel_event_id
    from intermediate.int_commission_lines_windowed
    where term_id = $term_id and window_label = $window_label
    order by funnel_event_id
"""
_DEAL_EVENTS = """
    select funnel_event_id
    from intermediate.int_commission_events
    where $subject in (contract_id, lead_id, deal_id)
    union
    select regexp_replace(subject, '#.*', '') as funnel_event_id
    from marts.fct_commission_ledger
    where contract_id = $subject and component = 'base'
    order by funnel_event_id
"""
_DECISIONS = """
    select decisions.*, events.anchor_on
    from marts.fct_commission_decisions as decisions
    left join intermediate.int_commission_events as events
        on decisions.funnel_event_id = events.funnel_event_id
    where list_contains($events, decisions.funnel_event_id)
    order by decisions.occurred_on, decisions.funnel_event_id, decisions.role, decisions.term_id
"""
_TERMS = """
    select * from intermediate.int_commission_terms_prepared
    where list_contains($terms, term_id)
"""
_ENTITLEMENTS = """
    select * from intermediate.int_commission_entitlements
    where list_contains($events, funnel_event_id)
"""
_LINES = """
    select * from intermediate.int_commission_lines
    where list_contains($events, funnel_event_id) and scenario is null
    order by achieved_on, funnel_event_id, term_id, line_month
"""
_WINDOWS = """
    with touched as (
        select distinct term_id, window_label
        from intermediate.int_commission_lines_windowed
        where
            list_contains($events, funnel_event_id) and list_contains($terms, term_id)
            and scenario is null
        union
        select term_id, subject as window_label
        from marts.fct_commission_ledger
        where
            length($subject) >= 8 and starts_with(posting_id, $subject)
            and component in ('uplift', 'cap')
    )

    select
        windows.*,
        uplifts.uplift_yen,
        caps.cap_yen
    from touched
    inner join intermediate.int_commission_windows as windows using (term_id, window_label)
    left join intermediate.int_commission_uplifts as uplifts using (term_id, window_label)
    left join intermediate.int_commission_caps as caps using (term_id, window_label)
    order by term_id, window_label
"""
_BANDS = """
    select
        bands.*,
        filled.window_label,
        filled.unit_count,
        filled.unit_yen
    from intermediate.int_commission_bands as bands
    left join intermediate.int_commission_bands_filled as filled
        on bands.term_id = filled.term_id and bands.from_value = filled.from_value
    where list_contains($terms, bands.term_id)
    order by bands.term_id, filled.window_label, bands.from_value
"""
_POSTINGS = """
    select ledger.*
    from marts.fct_commission_ledger as ledger
    left join intermediate.int_commission_lines_windowed as windowed
        on
            ledger.component in ('uplift', 'cap')
            and ledger.term_id = windowed.term_id
            and ledger.subject = windowed.window_label
            and list_contains($events, windowed.funnel_event_id)
    where
        (
            ledger.component not in ('uplift', 'cap')
            and list_contains($events, regexp_replace(ledger.subject, '#.*', ''))
        )
        or windowed.term_id is not null
        or (ledger.component = 'penalty' and ledger.contract_id = $subject)
        or (length($subject) >= 8 and starts_with(ledger.posting_id, $subject))
    qualify row_number() over (partition by ledger.posting_id order by windowed.funnel_event_id) = 1
    order by ledger.known_at, ledger.component, ledger.subject, ledger.term_id, ledger.posting_id
"""
# A posting that a statement left unpaid stands on the next one too: the last word on it counts.
_STANDINGS = """
    with stated as (
        select *
        from marts.partner_statement_lines
        where list_contains($postings, posting_id)
        qualify row_number() over (
            partition by posting_id order by is_frozen and status = 'payable' desc, period desc
        ) = 1
    )

    select
        ledger.term_id,
        ledger.component,
        ledger.subject,
        stated.statement_id,
        stated.is_frozen,
        stated.status,
        any_value(availability.matures_on) as matures_on,
        any_value(availability.hold_flag_ids) as hold_flag_ids,
        cast(sum(ledger.amount_yen) as bigint) as amount_yen
    from marts.fct_commission_ledger as ledger
    left join stated on ledger.posting_id = stated.posting_id
    left join marts.fct_commission_availability as availability
        on ledger.line_key = availability.line_key
    where list_contains($postings, ledger.posting_id)
    group by all
    order by ledger.component, ledger.subject, ledger.term_id, stated.statement_id, stated.status
"""
_STAGE_WORDS = """
    select
        'stage:' || stage as code,
        stage_ja as word_ja,
        replace(stage, '_', ' ') as word_en
    from staging.stages
    union all
    select
        'outcome:' || outcome as code,
        outcome_ja as word_ja,
        replace(outcome, '_', ' ') as word_en
    from staging.decision_sentences
"""
_POSTING_WORDS = """
    select word_kind || ':' || code as code, word_ja, word_en
    from staging.posting_words
"""
