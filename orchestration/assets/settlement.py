"""lake/ledger and lake/flags → marts that hold posted yen: dbt pass 2 (tag settlement)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import dbt_assets

from orchestration.assets.warehouse import build
from orchestration.dbt_runs import PASS_2, SETTLEMENT, Dbt
from orchestration.workplace import Workplace


def pass_2(manifest: Path) -> dg.AssetsDefinition:
    """Ledger, flags, holds, availability, partner risk."""

    @dbt_assets(name="pass_2", manifest=manifest, select=SETTLEMENT)
    def run(context: dg.AssetExecutionContext, dbt: Dbt, workplace: Workplace) -> Iterator[Any]:
        yield from build(context, dbt, workplace, PASS_2)

    return run
