"""Where everything lies. The only reader of the environment."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")
PROJECT = Path(__file__).resolve().parent.parent

# A killed run would otherwise stay STARTED for ever; nothing here may report home.
DAGSTER_YAML = """\
telemetry:
  enabled: false
nux:
  enabled: false
concurrency:
  runs:
    max_concurrent_runs: 1
run_monitoring:
  enabled: true
  max_runtime_seconds: 21600
"""


@dataclass(frozen=True)
class Settings:
    """Paths under `TEIKEI_HOME` and the two code folders that are not Python packages."""

    home: Path
    dbt_project: Path = PROJECT / "dbt_project"
    rules: Path = PROJECT / "expectations"

    @property
    def inbox(self) -> Path:
        return self.home / "inbox"

    @property
    def outbox(self) -> Path:
        return self.home / "outbox"

    @property
    def crm(self) -> Path:
        """One file a system that is read by API."""
        return self.home / "crm"

    @property
    def lake(self) -> Path:
        return self.home / "lake"

    @property
    def raw(self) -> Path:
        return self.lake / "raw"

    @property
    def ledger(self) -> Path:
        return self.lake / "ledger"

    @property
    def flags(self) -> Path:
        return self.lake / "flags"

    @property
    def closes(self) -> Path:
        return self.lake / "closes"

    @property
    def acceptances(self) -> Path:
        return self.lake / "acceptances"

    @property
    def thresholds(self) -> Path:
        return self.lake / "thresholds"

    @property
    def nights(self) -> Path:
        return self.lake / "nights"

    @property
    def warehouse(self) -> Path:
        return self.home / "warehouse" / "teikei.duckdb"

    @property
    def night_file(self) -> Path:
        return self.home / "warehouse" / "night.parquet"

    @property
    def night_log(self) -> Path:
        """What dbt said during the latest night run from the command line."""
        return self.home / "warehouse" / "night.log"

    @property
    def published(self) -> Path:
        return self.home / "published"

    @property
    def dagster_home(self) -> Path:
        return self.home / "dagster"

    @property
    def dbt_target(self) -> Path:
        """Per home, since the manifest holds the lake's paths: two homes never share one."""
        return self.home / "warehouse" / "dbt"

    @property
    def dbt_executable(self) -> Path:
        return Path(sys.executable).parent / "dbt"


class HomeRefusedError(ValueError):
    """`TEIKEI_HOME` cannot be used; the message says why."""


def load() -> Settings:
    """Settings from `TEIKEI_HOME` (default `./var`).

    Raises `HomeRefusedError` for a path with a quote, brace or control character: it stands inside
    SQL and Jinja of the dbt project (and `#` begins the fragment of what DuckDB takes for an URL).
    """
    home = Path(os.environ.get("TEIKEI_HOME") or "var").resolve()
    check_home(home)
    return Settings(home=home)


def check_home(home: Path) -> None:
    """Raise `HomeRefusedError` for a path that would break SQL or Jinja."""
    if not str(home).isprintable() or set(str(home)) & set("'\"{}*?[#"):
        raise HomeRefusedError(f"TEIKEI_HOME must be a path without quotes or wildcards: {home}")


def prepare(settings: Settings) -> None:
    """Make the folders and pass the place on to dbt and Dagster, telemetry off; safe to repeat."""
    os.umask(0o077)
    if not settings.home.exists():
        # Passable, not readable: other users of the machine reach `published/` and nothing else.
        settings.home.mkdir(parents=True)
        settings.home.chmod(0o711)
    for name in ("inbox/crm", "inbox/partners", "inbox/review", "outbox", "warehouse", "secrets"):
        (settings.home / name).mkdir(parents=True, exist_ok=True)
    settings.dagster_home.mkdir(parents=True, exist_ok=True)
    config = settings.dagster_home / "dagster.yaml"
    if not config.exists():
        config.write_text(DAGSTER_YAML)
    enter(settings)


def enter(settings: Settings) -> None:
    """Make this the home that dbt and Dagster find in this process."""
    os.environ.update(environment(settings))


def environment(settings: Settings) -> Mapping[str, str]:
    """What dbt, Dagster and Great Expectations read: paths, and every tool's telemetry off."""
    return {
        "TEIKEI_HOME": str(settings.home),
        "DAGSTER_HOME": str(settings.dagster_home),
        "DBT_PROFILES_DIR": str(settings.dbt_project),
        "DBT_TARGET_PATH": str(settings.dbt_target),
        "DBT_LOG_PATH": str(settings.home / "warehouse" / "logs"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
        "GX_ANALYTICS_ENABLED": "false",
        "DAGSTER_DISABLE_TELEMETRY": "1",
    }


def crm_environment() -> Mapping[str, str]:
    """The variables that hold, or name the files of, the secrets of CRM systems."""
    return {name: value for name, value in os.environ.items() if name.startswith("TEIKEI_CRM_")}


def today() -> date:
    """The business day that is running in Tokyo."""
    return datetime.now(TOKYO).date()
