"""lake → warehouse: dbt pass 1 (everything but tag settlement) and how a pass is run."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
from dagster_dbt import dbt_assets

from orchestration.dbt_runs import PASS_1, SETTLEMENT, Dbt, chosen, told
from orchestration.workplace import Workplace


def pass_1(manifest: Path) -> dg.AssetsDefinition:
    """Staging, funnel, KPIs, commission targets and conduct measures."""

    @dbt_assets(name="pass_1", manifest=manifest, exclude=SETTLEMENT)
    def run(context: dg.AssetExecutionContext, dbt: Dbt, workplace: Workplace) -> Iterator[Any]:
        yield from build(context, dbt, workplace, PASS_1)

    return run


def build(
    context: dg.AssetExecutionContext, dbt: Dbt, workplace: Workplace, everything: Sequence[str]
) -> Iterator[Any]:
    """Run dbt for the assets of this step; every model reports its row count."""
    workplace.night()  # refuses when none is open
    results = dbt.build(workplace.settings, chosen(context, everything))
    yield from told(context, results, _row_counts(workplace.settings.warehouse))


def _row_counts(warehouse: Path) -> dict[dg.AssetKey, int]:
    """Rows per table, under its asset key."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        rows = connection.sql(
            "select schema_name, table_name, estimated_size from duckdb_tables()"
        ).fetchall()
    return {dg.AssetKey([schema, table]): count for schema, table, count in rows}
