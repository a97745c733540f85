"""dbt's manifest: parsed anew only when the project or the place has changed."""

from __future__ import annotations

import shutil
from pathlib import Path

from orchestration.settings import Settings


def prepare_manifest(settings: Settings) -> Path:
    """Path of a manifest that is newer than every file of the dbt project.

    Raises `RuntimeError` with dbt's own message when the project does not parse.
    """
    manifest = settings.dbt_target / "manifest.json"
    if not manifest.exists() or manifest.stat().st_mtime < _newest_change(settings.dbt_project):
        _run_dbt(settings, "parse")
    return manifest


def generate_docs(settings: Settings) -> Path:
    """dbt's documentation as one page that needs no server; returns its path.

    Raises `RuntimeError` when the warehouse does not exist yet or dbt fails.
    """
    _run_dbt(settings, "docs", "generate", "--static")
    return settings.dbt_target / "static_index.html"


def forget_artefacts(settings: Settings) -> None:
    """Remove what dbt wrote for earlier nights: its logs and compiled SQL, megabytes a night."""
    for folder in settings.dbt_target.glob("pass_*"):
        shutil.rmtree(folder)


def _run_dbt(settings: Settings, *arguments: str) -> None:
    # dbt costs two seconds to import; a night with an unchanged project does not pay them here.
    from dbt.cli.main import dbtRunner

    result = dbtRunner().invoke([*arguments, "--quiet", "--project-dir", str(settings.dbt_project)])
    if not result.success:
        raise RuntimeError(f"dbt {' '.join(arguments)} failed: {result.exception}")


def _newest_change(project: Path) -> float:
    return max(
        path.stat().st_mtime
        for path in project.rglob("*")
        if path.suffix in (".sql", ".yml", ".csv") and "target" not in path.parts
    )
