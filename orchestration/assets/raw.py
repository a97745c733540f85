"""Inbox → lake/raw: the night opens, the doors are read, one batch is committed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import dagster as dg

from expectations.engine import evaluate
from expectations.flags import FLAG_SCHEMA, OUTCOME_SCHEMA
from expectations.rejections import rejections
from expectations.rules import Rule, bind, by_measures, load_rules
from ingestion import hashing, identity, intake
from ingestion.entities import ENTITIES
from ingestion.intake import Intake
from ingestion.lake import (
    Night,
    batch_path,
    create_empty_batch,
    discard_staged,
    read_manifest,
)
from ingestion.ledger import POSTING_SCHEMA
from orchestration.settings import Settings
from orchestration.workplace import Workplace

DOORS = tuple(dg.AssetSpec(["inbox", door]) for door in ("crm", "partners", "review"))
TABLES = (*ENTITIES, "rejected_rows", "files")
# An inbox often lies on a network share; reading it again is safe, nothing is committed before.
SHARE_RETRY = dg.RetryPolicy(max_retries=2, delay=5, backoff=dg.Backoff.EXPONENTIAL)


@dg.asset(key=["run", "night"], description="The open night: id, business day, knowledge time.")
def night(workplace: Workplace) -> dg.MaterializeResult:  # type: ignore[type-arg]
    opened = workplace.open_night()
    prepare_lake(workplace.settings)
    discarded = discard_staged(workplace.settings.lake)
    return dg.MaterializeResult(
        metadata={"night_id": opened.id, "discarded_directories": discarded}
    )


@dg.multi_asset(
    name="intake",
    specs=[
        dg.AssetSpec(["lake", table], deps=[["run", "night"], *(door.key for door in DOORS)])
        for table in TABLES
    ],
    retry_policy=SHARE_RETRY,
)
def take_in(workplace: Workplace) -> Iterator[dg.MaterializeResult]:  # type: ignore[type-arg]
    """Every file of the night, read once, judged, and committed with one rename."""
    opened = workplace.night()
    commit_intake(workplace.settings, opened)
    tables = read_manifest(workplace.settings.raw, opened.id)["tables"]
    for table in TABLES:
        yield dg.MaterializeResult(
            asset_key=["lake", table],
            metadata={
                "dagster/row_count": tables.get(table, {}).get("rows", 0),
                "batch_id": opened.id,
            },
        )


@dg.asset(
    key=["lake", "customers"],
    deps=[["lake", "leads"], ["lake", "contracts"]],
    description="Which leads and contracts are the same customer.",
)
def customers(workplace: Workplace) -> dg.MaterializeResult:  # type: ignore[type-arg]
    night = workplace.night()
    resolved = identity.resolve_customers(workplace.settings.home, night.known_at)
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": resolved.height,
            "customers": resolved["customer_id"].n_unique(),
            "batch_id": night.id,
        }
    )


def prepare_lake(settings: Settings) -> None:
    """Type every table of the lake, so that the first night finds each of them, empty."""
    flag_tables = {"flags": FLAG_SCHEMA, "rule_outcomes": OUTCOME_SCHEMA}
    create_empty_batch(settings.raw, intake.lake_tables())
    create_empty_batch(settings.ledger, {"postings": POSTING_SCHEMA})
    create_empty_batch(settings.flags, flag_tables)


def commit_intake(settings: Settings, opened: Night) -> None:
    """Read the doors, judge partner rows, answer the partners, commit the batch.

    A night taken over after its batch was committed keeps that batch: files that came in since
    wait for the next night. Replies are written before the commit, so they are never missing.
    """
    if batch_path(settings.raw, opened.id).exists():
        return
    key = hashing.load_key(settings.home)
    read = intake.read_doors(settings.home, opened, key)
    judged = judge(read, bind(load_rules(settings.rules / "uploads"), opened.business_day))
    intake.write_replies(settings.home, judged)
    intake.commit(settings.home, opened, judged)


def judge(read: Intake, rules: Sequence[Rule]) -> Intake:
    """Reject the partner rows that break an upload rule; raises if a rule was not evaluated."""
    for entity, of_entity in by_measures(rules).items():
        rows = intake.partner_rows(read, entity)
        if rows.is_empty():
            continue
        evaluation = evaluate(of_entity, rows, "row_id")
        evaluation.raise_on_error()
        broken = rejections(evaluation, of_entity).rename({"subject_id": "row_id"})
        read = intake.reject_rows(read, entity, broken)
    return read
