"""Marts that passed every gate → published files, and the night's report."""

from collections.abc import Sequence
from typing import Any

import dagster as dg

from expectations.flags import rule_words
from expectations.rules import load_rules
from ingestion.nights import finish_night, write_report
from orchestration import measured
from orchestration.fingerprints import code_digest, mart_digests
from orchestration.publication import publish
from orchestration.report import collect
from orchestration.workplace import Workplace

REPORT = dg.AssetKey(["run", "report"])
PUBLICATION = dg.AssetKey(["published", "partner_performance"])


def report(marts: Sequence[dg.AssetKey]) -> dg.AssetsDefinition:
    """What the night did, as data; also the asset that a person reads first in the morning."""

    @dg.asset(
        key=REPORT,
        deps=marts,
        group_name="night",
        description="Read, rejected, posted, flagged, late.",
    )
    def run(context: dg.AssetExecutionContext, workplace: Workplace) -> dg.MaterializeResult[Any]:
        night = workplace.night()
        report = measured.start(night.id)
        facts = collect(workplace.settings, night) | {"seconds": _seconds(context)}
        write_report(workplace.settings.lake, night, facts)
        return report(1, report=dg.MetadataValue.json(facts))

    return run


def publication(marts: Sequence[dg.AssetKey]) -> dg.AssetsDefinition:
    """The published files; waits for all marts and their blocking checks, and ends the night."""

    @dg.asset(
        key=PUBLICATION,
        group_name="published",
        deps=[*marts, REPORT],
        description="published/parquet and partner_performance.duckdb, swapped atomically.",
    )
    def run(workplace: Workplace) -> dg.MaterializeResult[Any]:
        night = workplace.night()
        report = measured.start(night.id)
        words = rule_words(load_rules(workplace.settings.rules / "conduct"))
        counts = publish(workplace.settings, night, words)
        facts = {
            "code": code_digest(),
            "marts": mart_digests(workplace.settings.published),
        }
        finish_night(workplace.settings.lake, night, facts)
        return report(sum(counts.values()), marts=len(counts))

    return run


def _seconds(context: dg.AssetExecutionContext) -> dict[str, float]:
    steps = context.instance.get_run_step_stats(context.run_id)
    return {
        step.step_key: round(step.end_time - step.start_time, 2)
        for step in steps
        if step.start_time and step.end_time
    }
