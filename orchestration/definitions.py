"""Everything Dagster knows, in one place; built when it is asked for, never at import."""

from __future__ import annotations

import dagster as dg

from orchestration import settings
from orchestration.assets import flags, ledger, published, raw, settlement, warehouse
from orchestration.checks import no_personal_data, volume_gates
from orchestration.dbt_runs import Dbt
from orchestration.jobs import inbox_sensor, nightly, nightly_schedule
from orchestration.manifest import prepare_manifest
from orchestration.workplace import Workplace


@dg.definitions
def teikei() -> dg.Definitions:
    """Assets from inbox to published files, one lineage graph."""
    place = settings.load()
    settings.prepare(place)
    manifest = prepare_manifest(place)
    dbt_passes = [warehouse.pass_1(manifest), settlement.pass_2(manifest)]
    marts = [key for each in dbt_passes for key in each.keys if key.path[0] != "staging"]
    return dg.Definitions(
        assets=[
            *raw.DOORS,
            raw.night,
            raw.take_in(place),
            raw.customers,
            *dbt_passes,
            ledger.ledger,
            flags.conduct(place),
            published.report(marts),
            published.publication(marts),
        ],
        asset_checks=[no_personal_data, volume_gates(place)],
        jobs=[nightly],
        schedules=[nightly_schedule],
        sensors=[inbox_sensor],
        resources={"workplace": Workplace(), "dbt": Dbt()},
        executor=dg.in_process_executor,
    )
