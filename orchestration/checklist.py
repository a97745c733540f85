"""What must be true before a period is closed (DOMAIN §5): what blocks, why, how to clear it."""

from __future__ import annotations

import calendar
import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from expectations.rules import Rule, by_measures
from ingestion.lake import Night, batch_path
from orchestration import standings

# What is noted is shown and kept with the close, and hinders nobody.
CLEAR, NOTED, BLOCKS = "clear", "noted", "blocks"
# Nobody may wave these through: closed rows would change afterwards, or are not to be trusted.
NEVER_FORCED = frozenset(
    ("night_posting", "warehouse_stale", "ledger_altered", "already_closed", "drafts_stale")
)
SHOWN = 5
WORDS = Path(__file__).with_name("checklist.csv")


@dataclass(frozen=True)
class Item:
    """One line of the checklist; `details` are examples, never personal values."""

    name: str
    state: str
    count: int = 0
    details: tuple[str, ...] = ()

    @property
    def is_forcible(self) -> bool:
        return self.name not in NEVER_FORCED


@dataclass(frozen=True)
class Scope:
    """`period` is `YYYY-MM` of the closing date; no partner means all."""

    period: str
    partner_id: str | None = None

    def rows(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The rows of a frame with a column partner_id that are about these partners."""
        if self.partner_id is None:
            return frame
        return frame.filter(pl.col("partner_id") == self.partner_id)


def words() -> dict[str, dict[str, str]]:
    """Name of an item → its texts: title, what, why, remedy, each with `_ja` and `_en`."""
    with WORDS.open(encoding="utf-8", newline="") as handle:
        return {row["name"]: row for row in csv.DictReader(handle)}


def as_json(items: Iterable[Item]) -> str:
    return json.dumps([asdict(item) for item in items], ensure_ascii=False)


def item(name: str, found: Iterable[str], state: str = BLOCKS) -> Item:
    """In this state when something was found."""
    details = tuple(found)
    return Item(name, state if details else CLEAR, len(details), details[:SHOWN])


def closed_before(closes: pl.DataFrame, scope: Scope) -> Item:
    """A period of one partner is also closed by the close of all."""
    same = closes.filter(pl.col("period") == scope.period)
    # null: everybody; closing everybody after single partners is how a month ends
    covering = same.filter(pl.col("partner_id").is_null())
    if scope.partner_id is not None:
        covering = pl.concat([covering, scope.rows(same)])
    told = (f"{row['close_id']}: {row['closed_by']}" for row in covering.iter_rows(named=True))
    return item("already_closed", told)


def drafts_stale(closes: pl.DataFrame, scope: Scope, night: Night) -> Item:
    """Drafts of the night know no close made after it, but say what those of older periods give."""
    since = closes.filter(pl.col("after_night_id") == night.id, pl.col("period") > scope.period)
    if scope.partner_id is not None:
        since = since.filter(
            pl.col("partner_id").is_null() | (pl.col("partner_id") == scope.partner_id)
        )
    told = (f"{row['close_id']}: {row['period']}" for row in since.iter_rows(named=True))
    return item("drafts_stale", told)


def earlier_negative(warehouse: duckdb.DuckDBPyConnection, scope: Scope) -> Item:
    """Drafts of earlier periods that owe us: this one takes back what no statement has told yet."""
    found = scope.rows(warehouse.sql(_EARLIER, params={"period": scope.period}).pl())
    told = (f"{statement_id}: ¥{yen:,}" for statement_id, _, yen in found.iter_rows())
    return item("earlier_negative", told)


def unfinished(
    failures: tuple[Night, Sequence[str]] | None, ledger: Path, scope: Scope
) -> list[Item]:
    """The night that did not end, and whether it has posted into the period."""
    if failures is None:
        return [Item("night_unfinished", CLEAR), Item("night_posting", CLEAR)]
    night, texts = failures
    path = batch_path(ledger, night.id) / "postings.parquet"
    posted = pl.read_parquet(path) if path.exists() else None
    hits = []
    if posted is not None:
        of_period = scope.rows(posted.filter(pl.col("post_period") == scope.period))
        hits = of_period["posting_id"].to_list()
    return [
        item("night_unfinished", [night.id, *texts]),
        item("night_posting", (f"{night.id}: {posting_id}" for posting_id in hits)),
    ]


def period_over(warehouse: duckdb.DuckDBPyConnection, scope: Scope, night: Night) -> Item:
    """The latest closing date of the agreements in question, against the night's business day."""
    agreements = warehouse.sql(
        "select partner_id, closing_day from staging.stg_crm__agreements"
    ).pl()
    ends = closing_date(scope.period, scope.rows(agreements)["closing_day"].fill_null(31).max())
    late = [f"{night.business_day} → {ends}"] if night.business_day < ends else []
    return item("period_not_over", late)


def closing_date(period: str, closing_day: Any) -> date:
    """The closing date in a period; an empty closing day, or one past its end, is the month end."""
    year, month = int(period[:4]), int(period[5:])
    return date(year, month, min(closing_day or 31, calendar.monthrange(year, month)[1]))


def ambiguous_terms(warehouse: duckdb.DuckDBPyConnection, scope: Scope) -> Item:
    """Events of the period that several equal terms fit, with those terms."""
    found = scope.rows(warehouse.sql(_AMBIGUOUS, params={"period": scope.period}).pl())
    return item("ambiguous_terms", (f"{event}: {terms}" for event, terms, _ in found.iter_rows()))


def rules_failed(outcomes: pl.DataFrame) -> Item:
    """`outcomes`: the rule_outcomes of the night."""
    failed = outcomes.filter(pl.col("error").is_not_null())
    return item("rules_failed", (f"{row['rule_id']}: {row['error']}" for row in failed.to_dicts()))


def rules_undetermined(
    warehouse: duckdb.DuckDBPyConnection, scope: Scope, rules: Sequence[Rule]
) -> list[Item]:
    """Rules without a verdict on some of the subjects to which postings of the period belong.

    One that holds money waits for an input that is missing, and blocks. One that only watches, or
    needs more cases than most partners have, is noted: it would block every month for ever.
    """
    blocking = {rule.id for rule in rules if rule.hold != "none" and not rule.needs}
    told = _undetermined(warehouse, scope, rules)
    unjudged = [text for rule_id, text in told if rule_id in blocking]
    watched = [text for rule_id, text in told if rule_id not in blocking]
    return [item("rules_undetermined", unjudged), item("rules_watching", watched, NOTED)]


def _undetermined(
    warehouse: duckdb.DuckDBPyConnection, scope: Scope, rules: Sequence[Rule]
) -> list[tuple[str, str]]:
    """(rule, what it could not judge), by rule."""
    from expectations.engine import evaluate

    paid = scope.rows(warehouse.sql(_PAID, params={"period": scope.period}).pl())
    found: list[tuple[str, str]] = []
    standing = standings.read(warehouse, rules)
    for measure, of_measure in by_measures(rules).items():
        subject = of_measure[0].subject
        # what a night adds to its measure is judged by the same code as in the night itself
        frame = standings.measures(warehouse, measure, standing, of_measure)
        of_period = frame.join(paid.select(subject).unique(), on=subject, how="semi")
        if of_period.is_empty():
            continue
        outcomes = evaluate(of_measure, of_period, subject).outcomes
        unknown = outcomes.filter(pl.col("outcome") == "undetermined")
        for rule_id, subjects in unknown.group_by("rule_id").agg("subject_id").iter_rows():
            found.append((rule_id, _told(rule_id, subjects)))
    return sorted(found)


def _told(rule_id: str, subjects: list[str]) -> str:
    shown = ", ".join(sorted(subjects)[:SHOWN])
    return f"{rule_id}: {shown}{' …' if len(subjects) > SHOWN else ''} ({len(subjects):,})"


def differences(warehouse: duckdb.DuckDBPyConnection, scope: Scope, limit_yen: int) -> list[Item]:
    """Contracts whose parties differ by more than the limit.

    Those with postings of the period block. The others are noted: nothing is paid for a claim that
    the CRM does not confirm, and its partner reads why.
    """
    values = {"limit_yen": limit_yen, "period": scope.period}
    found = scope.rows(warehouse.sql(_DIFFERENCES, params=values).pl())
    told = [
        (row["is_posted"], f"{row['contract_id']}: ¥{row['difference_yen']:,} ({row['status']})")
        for row in found.to_dicts()
    ]
    return [
        item("differences", (text for is_posted, text in told if is_posted)),
        item("claims", (text for is_posted, text in told if not is_posted), NOTED),
    ]


def decisions_without_effect(warehouse: duckdb.DuckDBPyConnection, scope: Scope) -> Item:
    """Flags whose latest decision was meant to move money and does not (docs/commission.md)."""
    found = scope.rows(warehouse.sql(_WITHOUT_EFFECT).pl())
    told = (f"{row['decision_id']}: {row['flag_id']} ({row['effect']})" for row in found.to_dicts())
    return item("decisions_without_effect", told, NOTED)


_WITHOUT_EFFECT = """
    with latest as (
        select * from marts.decision_effects
        qualify row_number() over (
            partition by flag_id order by decided_at desc, known_at desc, decision_id desc
        ) = 1
    )

    select decision_id, flag_id, partner_id, effect
    from latest
    where effect not in ('effective', 'reversed', 'no_action')
    order by decision_id
"""
_EARLIER = """
    select statement_id, partner_id, net_yen
    from marts.partner_statements
    where not is_frozen and period < $period and net_yen < 0
    order by statement_id
"""
_AMBIGUOUS = """
    select
        funnel_event_id,
        string_agg(term_id, ', ' order by term_id) as term_ids,
        partner_id
    from marts.fct_commission_decisions
    where outcome = 'ambiguous_term' and period = $period
    group by funnel_event_id, partner_id
    order by funnel_event_id
"""
_PAID = """
    select distinct
        ledger.partner_id,
        ledger.contract_id,
        contracts.rep_id,
        coalesce(contracts.lead_id, regexp_extract(ledger.subject, '^lead:([^#]*)', 1)) as lead_id
    from marts.fct_commission_ledger as ledger
    left join marts.fct_contracts as contracts on ledger.contract_id = contracts.contract_id
    where ledger.post_period = $period
"""
_DIFFERENCES = """
    select
        contract_id,
        partner_id,
        status,
        difference_yen,
        contract_id in (
            select contract_id from marts.fct_commission_ledger where post_period = $period
        ) as is_posted
    from marts.contract_reconciliation
    where status <> 'match' and abs(difference_yen) > $limit_yen
    order by contract_id
"""
