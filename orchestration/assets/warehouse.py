"""lake → warehouse: dbt pass 1 (everything but tag settlement) and how dbt is run."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
from dagster_dbt import DbtCliResource, dbt_assets

from orchestration.workplace import Workplace

SETTLEMENT = "tag:settlement"
# Unit tests belong to the code, not to the night.
BUILD = ["build", "--exclude-resource-type", "unit_test"]


def pass_1(manifest: Path) -> dg.AssetsDefinition:
    """Staging, funnel, KPIs, commission targets and conduct measures."""

    @dbt_assets(name="pass_1", manifest=manifest, exclude=SETTLEMENT)
    def run(
        context: dg.AssetExecutionContext, dbt: DbtCliResource, workplace: Workplace
    ) -> Iterator[Any]:
        yield from build(context, dbt, workplace)

    return run


def build(
    context: dg.AssetExecutionContext, dbt: DbtCliResource, workplace: Workplace
) -> Iterator[Any]:
    """Run dbt for the assets of this step; every model reports its row count.

    dbt owns the warehouse file while it runs, so rows are counted after it has ended. Raises
    `dagster.Failure` when a model or a test failed, after its results were reported.
    """
    night_id = workplace.night().id
    invocation = dbt.cli(BUILD, context=context, raise_on_error=False)
    events = list(invocation.stream())
    counts = _row_counts(workplace.settings.warehouse)
    for event in events:
        yield _counted(event, counts, night_id)
    if not invocation.is_successful():
        raise dg.Failure(f"dbt: {invocation.get_error()}")


def _counted(event: Any, counts: dict[str, int], night_id: str) -> Any:
    if isinstance(event, dg.Output) and event.output_name in counts:
        facts = {
            "dagster/row_count": dg.MetadataValue.int(counts[event.output_name]),
            "batch_id": dg.MetadataValue.text(night_id),
        }
        return event.with_metadata({**event.metadata, **facts})
    return event


def _row_counts(warehouse: Path) -> dict[str, int]:
    """Rows per table, under Dagster's name for the output: `<schema>__<relation>`."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        rows = connection.sql(
            "select schema_name || '__' || table_name, estimated_size from duckdb_tables()"
        ).fetchall()
    return dict(rows)
