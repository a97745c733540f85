"""Inbox → lake/raw: the night opens, the doors are read, one batch is committed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg
import polars as pl

from expectations.engine import evaluate
from expectations.flags import FLAG_TABLES
from expectations.rejections import rejections
from expectations.rules import Rule, bind, by_measures, load_rules
from ingestion import closes, hashing, identity, intake
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
from orchestration import measured
from orchestration.crm import pull_systems
from orchestration.settings import Settings
from orchestration.workplace import Workplace

DOORS = tuple(
    dg.AssetSpec(["inbox", door], group_name="inbox") for door in ("crm", "partners", "review")
)
TABLES = (*ENTITIES, "rejected_rows", "warnings", "files")
# An inbox often lies on a network share; reading it again is safe, nothing is committed before.
SHARE_RETRY = dg.RetryPolicy(max_retries=2, delay=5, backoff=dg.Backoff.EXPONENTIAL)


@dg.asset(
    key=["run", "night"],
    group_name="night",
    description="The open night: id, business day, knowledge time.",
)
def night(workplace: Workplace) -> dg.MaterializeResult[Any]:
    opened = workplace.open_night()
    report = measured.start(opened.id)
    prepare_lake(workplace.settings)
    discarded = discard_staged(workplace.settings.lake)
    return report(1, discarded_directories=discarded)


def take_in(settings: Settings) -> dg.AssetsDefinition:
    """Every file of the night, read once, judged, committed with one rename; a check a rule."""
    rules = load_rules(settings.rules / "uploads")

    @dg.multi_asset(
        name="intake",
        specs=[
            dg.AssetSpec(
                ["lake", table],
                deps=[["run", "night"], *(door.key for door in DOORS)],
                group_name="lake",
            )
            for table in TABLES
        ],
        check_specs=[
            dg.AssetCheckSpec(rule.id, asset=["lake", rule.measures], description=rule.reason["en"])
            for rule in rules
        ],
        retry_policy=SHARE_RETRY,
    )
    def run(workplace: Workplace) -> Iterator[Any]:
        opened = workplace.night()
        report = measured.start(opened.id)
        commit_intake(workplace.settings, opened, rules)
        tables = read_manifest(workplace.settings.raw, opened.id)["tables"]
        for table in TABLES:
            yield report(tables[table]["rows"], asset_key=["lake", table])
        yield from upload_checks(workplace.settings, opened, rules)

    return run


@dg.multi_asset(
    name="lake__customers",
    specs=[
        dg.AssetSpec(
            ["lake", table],
            deps=[["lake", read] for read in identity.READ],
            group_name="lake",
            description=description,
        )
        for table, description in (
            ("customers", "Which leads and contracts are the same customer."),
            ("party_matches", "Which customers look like a partner or one of its reps."),
        )
    ],
)
def customers(workplace: Workplace) -> Iterator[dg.MaterializeResult[Any]]:
    opened, folder = workplace.night(), workplace.settings.lake / "identity"
    report = measured.start(opened.id)
    resolved = identity.resolve_customers(workplace.settings.home, opened.known_at)
    matched = pl.read_parquet(folder / "party_matches.parquet", columns=["is_certain"])
    distinct = resolved["customer_id"].n_unique()
    yield report(resolved.height, asset_key=["lake", "customers"], customers=distinct)
    certain = int(matched["is_certain"].sum())
    yield report(matched.height, asset_key=["lake", "party_matches"], certain=certain)


def prepare_lake(settings: Settings) -> None:
    """Type every table of the lake, so that the first night finds each of them, empty."""
    create_empty_batch(settings.raw, intake.lake_tables())
    create_empty_batch(settings.ledger, {"postings": POSTING_SCHEMA})
    create_empty_batch(settings.flags, FLAG_TABLES)
    closes.prepare(settings.closes)


def commit_intake(settings: Settings, opened: Night, rules: Sequence[Rule]) -> None:
    """Ask the CRMs, read the doors, judge partner rows, answer the partners, commit the batch.

    A night taken over after its batch was committed keeps that batch: files that came in since
    wait for the next night. Replies are written before the commit, so they are never missing.
    """
    if batch_path(settings.raw, opened.id).exists():
        return
    key = hashing.load_key(settings.home)
    pulled = pull_systems(settings, opened)
    read = intake.read_doors(settings.home, opened, key, pulled=pulled)
    judged = judge(read, bind(rules, opened.business_day))
    intake.write_replies(settings.home, judged)
    intake.commit(settings.home, opened, judged, pulled.facts(judged.files))
    # what was pulled is in the archive now
    discard_staged(settings.lake)


def upload_checks(
    settings: Settings, opened: Night, rules: Sequence[Rule]
) -> Iterator[dg.AssetCheckResult]:
    """Rows that each rule sent back this night: a warning about a sender, not an error of ours."""
    batch = batch_path(settings.raw, opened.id)
    rejected = pl.read_parquet(batch / "rejected_rows.parquet", columns=["reason_code"])
    counts = dict(rejected.group_by("reason_code").len().iter_rows())
    for rule in rules:
        yield dg.AssetCheckResult(
            check_name=rule.id,
            asset_key=["lake", rule.measures],
            passed=rule.id not in counts,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={"rejected_rows": counts.get(rule.id, 0)},
        )


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
