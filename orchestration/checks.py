"""Gates between the marts and their readers: a failed one leaves the last publication in place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dagster as dg
import duckdb
import polars as pl

from expectations import gates as gating
from expectations.engine import evaluate
from expectations.rules import by_measures, load_rules
from ingestion.lake import Night, batch_path
from orchestration.publication import personal_columns
from orchestration.settings import Settings
from orchestration.workplace import Workplace


@dg.asset_check(
    asset=dg.AssetKey(["marts", "fct_funnel_events"]),
    blocking=True,
    description="No column of a published mart holds personal data.",
)
def no_personal_data(workplace: Workplace) -> dg.AssetCheckResult:
    leaked = personal_columns(workplace.settings.warehouse)
    return dg.AssetCheckResult(passed=not leaked, metadata={"columns": leaked})


def volume_gates(settings: Settings) -> dg.AssetChecksDefinition:
    """One blocking check a rule of `expectations/marts/`, judged on counts of this night."""
    rules = load_rules(settings.rules / "marts")
    marts = by_measures(rules)

    @dg.multi_asset_check(
        name="volume_gates",
        specs=[
            dg.AssetCheckSpec(
                rule.id,
                asset=["marts", rule.measures],
                additional_deps=[["marts", mart] for mart in marts if mart != rule.measures],
                blocking=True,
                description=rule.title["en"],
            )
            for rule in rules
        ],
    )
    def run(workplace: Workplace) -> Iterator[dg.AssetCheckResult]:
        counted = volumes(workplace.settings, workplace.night())
        for mart, of_mart in by_measures(rules).items():
            verdicts = gating.gates(evaluate(of_mart, counted[mart], "mart"), of_mart)
            yield from (_result(mart, row) for row in verdicts.iter_rows(named=True))

    return run


def volumes(settings: Settings, night: Night) -> dict[str, pl.DataFrame]:
    """Mart → the one-row frame that its volume rules judge."""
    outcomes = pl.read_parquet(batch_path(settings.flags, night.id) / "rule_outcomes.parquet")
    with duckdb.connect(str(settings.warehouse), read_only=True) as warehouse:
        funnel = warehouse.sql(_FUNNEL).pl()
    return {"fct_funnel_events": funnel, "flags": gating.rule_volumes(outcomes)}


_FUNNEL = """
    select
        'fct_funnel_events' as mart,
        count(*) filter (lead_status is distinct from 'rejected') as lead_count,
        (select count(*) from marts.fct_funnel_events) as funnel_event_count
    from marts.fct_leads
"""


def _result(mart: str, row: dict[str, Any]) -> dg.AssetCheckResult:
    failed = row["status"] == gating.FAIL
    return dg.AssetCheckResult(
        check_name=row["rule_id"],
        asset_key=["marts", mart],
        passed=row["status"] == gating.PASS,
        severity=dg.AssetCheckSeverity.ERROR if failed else dg.AssetCheckSeverity.WARN,
        metadata={
            "observed": row["observed_value"] or "",
            "bound": row["bound"],
            "error": row["error"] or "",
        },
    )
