"""dbt in this process: no second interpreter to start, and one parse for both passes of a night."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg
from pydantic import PrivateAttr

from orchestration.settings import Settings

UNIQUE_ID = "dagster_dbt/unique_id"
# The two passes of a night: everything before the ledger, and what holds posted yen.
SETTLEMENT = "tag:settlement"
PASS_1, PASS_2 = ("--exclude", SETTLEMENT), ("--select", SETTLEMENT)
# Unit tests belong to the code, not to the night; dbt's artefacts, megabytes a pass, to nobody.
# Full refresh: a seed that has another column than last night is made anew, as every table is.
BUILD = ("build", "--full-refresh", "--exclude-resource-type", "unit_test", "--no-write-json")
# dbt renders and scrubs every debug event once for each of its own loggers; a callback is enough.
QUIET = ("--log-level", "none", "--log-level-file", "none")
PASSED, WARNED, BUILT, SKIPPED = "pass", "warn", "success", "skipped"
GOOD = {PASSED, WARNED, BUILT, SKIPPED, "no-op"}


# What a resource's type parameter would say is what a resource stands for: itself.
class Dbt(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Held for a whole run, so that the second pass finds the project parsed."""

    _manifest: Any = PrivateAttr(default=None)

    def build(self, settings: Settings, selection: Sequence[str]) -> Sequence[Any]:
        """dbt's result of every node that the selection (dbt's own arguments) names."""
        if self._manifest is None:
            self._manifest = invoke(settings, "parse", "--no-write-json")
        done = invoke(settings, *BUILD, *selection, manifest=self._manifest, is_quiet=False)
        results: Sequence[Any] = done.results
        return results


def invoke(settings: Settings, *arguments: str, manifest: Any = None, is_quiet: bool = True) -> Any:
    """Result of one dbt command, which prints its warnings, or unless it is quiet every step.

    A model or a test that failed is told in the result. Raises `RuntimeError` with dbt's own
    message when dbt could not work at all.
    """
    # dbt costs seconds to import; whoever only reads the project's assets does not pay for them.
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    kept_back = {"debug", "info"} if is_quiet else {"debug"}

    def say(event: Any) -> None:
        if event.info.level not in kept_back:
            print(event.info.msg, flush=True)

    place = ("--project-dir", str(settings.dbt_project))
    outcome = dbtRunner(manifest, callbacks=[say]).invoke([*arguments, *QUIET, *place])
    # dbt would hold the warehouse file, and the next step could not open it. (dbt's code is not
    # annotated.)
    DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]
    if outcome.exception is not None and not isinstance(outcome.exception, Exception):
        raise outcome.exception  # Ctrl-C, or Dagster ending the run
    nodes = getattr(outcome.result, "results", ())
    if not outcome.success and all(node.status in GOOD for node in nodes):
        raise RuntimeError(f"dbt {arguments[0]} failed: {outcome.exception}")
    return outcome.result


def chosen(context: dg.AssetExecutionContext, everything: Sequence[str]) -> Sequence[str]:
    """dbt's arguments for what Dagster selected: the whole pass, or some assets and checks."""
    if not context.is_subset:
        return everything
    wanted = {*context.selected_asset_keys, *context.selected_asset_check_keys}
    names = [name for name, key in _keys(context).items() if key in wanted]
    # `test.<project>.<name>.<hash>`, `model.<project>.<name>`
    return ["--indirect-selection", "empty", "--select", *(name.split(".")[2] for name in names)]


def told(
    context: dg.AssetExecutionContext, results: Sequence[Any], counts: Mapping[dg.AssetKey, int]
) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
    """dbt's results in Dagster's words: every relation that was built, every test that was run.

    Raises `dagster.Failure` when a model or a test failed, after all results were told.
    """
    keys = _keys(context)
    for result in results:
        key = keys.get(result.node.unique_id)
        facts = {
            "unique_id": result.node.unique_id,
            "status": str(result.status),
            "seconds": round(result.execution_time, 3),
        }
        if isinstance(key, dg.AssetKey) and result.status == BUILT:
            rows = {"dagster/row_count": counts[key]} if key in counts else {}
            yield dg.MaterializeResult(asset_key=key, metadata=facts | rows)
        elif isinstance(key, dg.AssetCheckKey) and result.status != SKIPPED:
            is_warning = result.status == WARNED
            yield dg.AssetCheckResult(
                asset_key=key.asset_key,
                check_name=key.name,
                passed=result.status == PASSED,
                severity=dg.AssetCheckSeverity.WARN if is_warning else dg.AssetCheckSeverity.ERROR,
                metadata=facts | {"dagster_dbt/failed_row_count": result.failures or 0},
            )
    failed = failures(results)
    if failed:
        raise dg.Failure("\n".join(["dbt:", *failed]))


def failures(results: Sequence[Any]) -> list[str]:
    """Every model and test of a command that failed, with its message."""
    failed = [result for result in results if result.status not in GOOD]
    return [f"{result.node.unique_id}: {result.message or result.status}" for result in failed]


def _keys(context: dg.AssetExecutionContext) -> dict[str, dg.AssetKey | dg.AssetCheckKey]:
    """dbt's unique id → Dagster's key, of the assets and checks of this step."""
    definition = context.assets_def
    specs = [*definition.specs, *definition.check_specs]
    return {spec.metadata[UNIQUE_ID]: spec.key for spec in specs if UNIQUE_ID in spec.metadata}
