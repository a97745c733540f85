"""What Dagster hears of dbt: everything that was built, and the truth about what was not."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest

from orchestration.dbt_runs import Dbt, chosen, invoke, told
from orchestration.settings import PROJECT, Settings, environment

# Deprecations between the libraries that dbt and dagster-dbt bring along.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

MODELS = {
    "numbers.sql": "select 1 as n union all select 2 as n",
    "unreadable.sql": "select cast(word as integer) as n from main.words",
    "halved.sql": "select n from {{ ref('unreadable') }}",
    "models.yml": """
        models:
          - name: numbers
            data_tests: [{never: {arguments: {condition: n > 1}, name: no_number_is_above_one}}]
    """,
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A project of three models and one test, with the materializations of ours."""
    folder = tmp_path_factory.mktemp("project")
    settings = Settings(folder / "home", dbt_project=folder)
    shutil.copytree(PROJECT / "dbt_project" / "macros", folder / "macros")
    shutil.copy(PROJECT / "dbt_project" / "profiles.yml", folder)
    (folder / "dbt_project.yml").write_text(
        "{name: tiny, profile: teikei, models: {+materialized: table, +schema: marts}}"
    )
    (folder / "models").mkdir()
    (folder / "home" / "warehouse").mkdir(parents=True)
    for name, text in MODELS.items():
        (folder / "models" / name).write_text(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "environ", os.environ | environment(settings))
        write(settings, "create table main.words as select 'word' as word")
        invoke(settings, "parse")
        yield settings


def write(place: Settings, statement: str) -> None:
    with duckdb.connect(str(place.warehouse)) as warehouse:
        warehouse.execute(statement)


def rows(place: Settings, model: str) -> list[Any]:
    with duckdb.connect(str(place.warehouse), read_only=True) as warehouse:
        return warehouse.sql(f"select n from marts.{model} order by n").fetchall()


def materialize(place: Settings, *wanted: str) -> dg.ExecuteInProcessResult:
    from dagster_dbt import dbt_assets

    @dbt_assets(manifest=place.dbt_target / "manifest.json")
    def everything(context: dg.AssetExecutionContext, dbt: Dbt) -> Iterator[Any]:
        yield from told(context, dbt.build(place, chosen(context, [])), {})

    selection = dg.AssetSelection.assets(*(["marts", name] for name in wanted)) if wanted else None
    return dg.materialize(
        [everything], resources={"dbt": Dbt()}, selection=selection, raise_on_error=False
    )


def built(result: dg.ExecuteInProcessResult) -> set[str]:
    return {event.asset_key.path[-1] for event in result.get_asset_materialization_events()}


@pytest.fixture(scope="module")
def broken(place: Settings) -> dg.ExecuteInProcessResult:
    return materialize(place)


def test_model_that_fails_fails_the_step_and_skips_its_children(
    broken: dg.ExecuteInProcessResult,
) -> None:
    assert not broken.success
    assert built(broken) == {"numbers"}


def test_test_that_fails_is_a_failed_check_of_an_error(broken: dg.ExecuteInProcessResult) -> None:
    (check,) = broken.get_asset_check_evaluations()
    assert (check.check_name, check.passed) == ("no_number_is_above_one", False)
    assert check.severity == dg.AssetCheckSeverity.ERROR
    assert check.metadata["dagster_dbt/failed_row_count"].value == 1


def test_failure_says_what_failed_and_why(broken: dg.ExecuteInProcessResult) -> None:
    (failure,) = [event for event in broken.all_events if event.is_step_failure]
    stated = failure.step_failure_data.user_failure_data.description
    assert "model.tiny.unreadable" in stated and "Could not convert string 'word'" in stated
    assert "no_number_is_above_one" in stated and "halved" not in stated


def test_warehouse_is_free_after_a_failure(
    place: Settings, broken: dg.ExecuteInProcessResult
) -> None:
    assert rows(place, "numbers") == [(1,), (2,)]


def test_only_the_selected_assets_are_built(place: Settings) -> None:
    assert built(materialize(place, "numbers")) == {"numbers"}


def test_model_that_fails_leaves_what_was_there(place: Settings) -> None:
    write(place, "create or replace table marts.unreadable as select 7 as n")
    assert not materialize(place, "unreadable").success
    assert rows(place, "unreadable") == [(7,)]


def test_view_that_becomes_a_table_is_replaced(place: Settings) -> None:
    write(place, "drop table marts.numbers; create view marts.numbers as select 7 as n")
    materialize(place, "numbers")
    assert rows(place, "numbers") == [(1,), (2,)]


def test_project_that_does_not_parse_says_so(place: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    shutil.copytree(place.dbt_project, folder, ignore=shutil.ignore_patterns("home"))
    (folder / "models" / "numbers.sql").write_text("select {{ ref('nowhere') }}")
    with pytest.raises(RuntimeError, match="nowhere"):
        invoke(Settings(place.home, dbt_project=folder), "parse", "--no-write-json")
