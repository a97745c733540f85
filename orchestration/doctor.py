"""`teikei doctor`: is this machine and this home fit to run a night?"""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from importlib.metadata import version

from ingestion.nights import NightRunningError, lock_nights
from orchestration.settings import Settings

TOOLS = ("teikei", "dagster", "dbt-core", "dbt-duckdb", "duckdb", "polars", "great-expectations")
# A night of a million leads stages about 2 GB before it forgets the previous publication.
FREE_GIB = 5


@dataclass(frozen=True)
class Finding:
    is_good: bool
    text: str


def examine(settings: Settings) -> list[Finding]:
    """Findings in reading order; a bad one says what to do."""
    return [
        Finding(
            sys.version_info >= (3, 11),
            f"Python {sys.version.split()[0]} (3.11 or later is needed)",
        ),
        *(Finding(True, f"{tool} {version(tool)}") for tool in TOOLS),
        Finding(settings.dbt_executable.exists(), f"dbt at {settings.dbt_executable}"),
        *_folders(settings),
        _secrets(settings),
        _lock(settings),
        _disk(settings),
    ]


def _folders(settings: Settings) -> list[Finding]:
    return [
        Finding(os.access(path, os.W_OK), f"{path} can be written (else: chown it to this user)")
        for path in (settings.home, settings.inbox, settings.home / "warehouse")
    ]


def _secrets(settings: Settings) -> Finding:
    open_files = [
        path.name for path in (settings.home / "secrets").iterdir() if path.stat().st_mode & 0o077
    ]
    return Finding(
        not open_files, f"secrets are private (else: chmod 600 {' '.join(open_files) or '…'})"
    )


def _lock(settings: Settings) -> Finding:
    try:
        with lock_nights(settings.home):
            return Finding(True, "no night is running")
    except NightRunningError as error:
        return Finding(True, str(error))


def _disk(settings: Settings) -> Finding:
    free = shutil.disk_usage(settings.home).free / 2**30
    return Finding(free >= FREE_GIB, f"{free:.0f} GiB free on disk (a night wants {FREE_GIB})")
