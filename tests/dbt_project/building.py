"""dbt in this process, and its SQL replayed: what a model says does not depend on the rows."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import yaml

from orchestration.dbt_runs import PASS_1, PASS_2, failures, invoke
from orchestration.settings import Settings, enter


@dataclass(frozen=True)
class Dbt:
    """dbt in this process: parsed once, always for the same home (another home means parsing)."""

    place: Settings
    manifest: Any

    @property
    def home(self) -> Path:
        return self.place.home

    def run(self, *arguments: str) -> Any:
        """Results of one dbt command; fails with the messages of what failed."""
        enter(self.place)  # a test may have entered another home meanwhile
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = invoke(self.place, *arguments, "--no-write-json", manifest=self.manifest)
        failed = failures(getattr(found, "results", []))
        assert not failed, "\n".join(failed)
        return found


@dataclass(frozen=True)
class Step:
    """One statement that dbt sent: a relation, or a test (failures, should_warn, should_error)."""

    name: str
    kind: str
    sql: str
    is_settlement: bool
    is_error: bool


@dataclass(frozen=True)
class Recipe:
    """A warehouse that dbt built on an empty lake, and the statements that it was built with."""

    file: Path
    steps: Sequence[Step]

    def replay(self, file: Path, *, settlement: bool) -> None:
        """Build the warehouse `file` from the lake that lies there now; fails as dbt would."""
        shutil.copy(self.file, file)
        with duckdb.connect(str(file)) as connection:
            for name, value in _settings().items():
                connection.execute(f"set {name} = '{value}'")
            for step in self.steps:
                if step.is_settlement and not settlement:
                    continue
                connection.execute(step.sql)
                if step.kind == "test":
                    failures, _, is_broken = connection.fetchone() or (0, False, False)
                    assert not (is_broken and step.is_error), f"{step.name}: {failures} failures"


def write_recipe(dbt: Dbt, file: Path) -> Recipe:
    """Let dbt build everything in the home as it is, once; the warehouse is moved to `file`."""
    no_unit_tests = ["--exclude-resource-type", "unit_test"]
    results = [
        each
        for chosen in (PASS_1, PASS_2)
        for each in dbt.run("build", *chosen, *no_unit_tests).results
    ]
    shutil.move(dbt.place.warehouse, file)
    nodes = [each.node for each in results if each.node.resource_type in {"model", "test"}]
    return Recipe(file, [_step(dbt.place, node) for node in nodes])


def _step(place: Settings, node: Any) -> Step:
    return Step(
        node.name,
        str(node.resource_type),
        Path(place.dbt_project, node.build_path).read_text("utf-8"),
        "settlement" in node.tags,
        node.config.get("severity", "error").lower() == "error",
    )


def _settings() -> dict[str, Any]:
    """DuckDB's settings in the profile that the nights use."""
    profiles = yaml.safe_load((Settings(Path()).dbt_project / "profiles.yml").read_text("utf-8"))
    settings: dict[str, Any] = profiles["teikei"]["outputs"]["local"]["settings"]
    return settings
