"""dbt's manifest: parsed anew only when the project or the place has changed."""

from __future__ import annotations

from pathlib import Path

from orchestration.dbt_runs import invoke
from orchestration.settings import Settings


def prepare_manifest(settings: Settings) -> Path:
    """Path of a manifest that is newer than every file of the dbt project.

    Raises `RuntimeError` with dbt's own message when the project does not parse.
    """
    manifest = settings.dbt_target / "manifest.json"
    if not manifest.exists() or manifest.stat().st_mtime < _newest_change(settings.dbt_project):
        invoke(settings, "parse")
    return manifest


def generate_docs(settings: Settings) -> Path:
    """dbt's documentation as one page that needs no server; returns its path.

    Raises `RuntimeError` when the warehouse does not exist yet or dbt fails.
    """
    invoke(settings, "docs", "generate", "--static")
    return settings.dbt_target / "static_index.html"


def _newest_change(project: Path) -> float:
    return max(
        path.stat().st_mtime
        for path in project.rglob("*")
        if path.suffix in (".sql", ".yml", ".csv") and "target" not in path.parts
    )
