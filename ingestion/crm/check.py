"""A dry run: what a pull would read tonight. No record's content is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ingestion.crm.credentials import load_secrets
from ingestion.crm.errors import CrmError, CrmSetupError, CrmUnreachableError
from ingestion.crm.kinds import open_source
from ingestion.crm.policy import Policy
from ingestion.crm.source import Source
from ingestion.crm.systems import KINDS, Stream, System
from ingestion.crm.watermarks import Watermark, load_watermarks

# Somebody is waiting for the answer.
PATIENCE = Policy(attempts=3, read_seconds=30.0, total_seconds=300.0, max_retry_after=10.0)


@dataclass(frozen=True)
class StreamFinding:
    """`since`: None when everything would be read. `records`: None when the CRM does not tell.
    `problem`: empty when a pull can be expected to work."""

    name: str
    since: datetime | None
    records: int | None
    missing: tuple[str, ...]
    problem: str

    @property
    def row(self) -> tuple[str, ...]:
        """In words: stream, since, records, missing fields."""
        since = "the beginning" if self.since is None else f"{self.since:%Y-%m-%d %H:%M} UTC"
        records = "unknown" if self.records is None else f"{self.records:,}"
        return self.name, since, records, ", ".join(self.missing)


@dataclass(frozen=True)
class Finding:
    """One system: `reachable` and `authenticated` are None while it is not known."""

    system: str
    kind: str
    reachable: bool | None
    authenticated: bool | None
    streams: tuple[StreamFinding, ...]
    limits: str
    problem: str

    @property
    def is_good(self) -> bool:
        return not self.problem and not any(stream.problem for stream in self.streams)


def check(
    system: System,
    environment: Mapping[str, str],
    raw: Path,
    policy: Policy = PATIENCE,
) -> Finding:
    """Reach the system, log in, look at its fields, count; never raises for what it finds."""
    marks = load_watermarks(raw).get(system.name, {})
    reachable = authenticated = None
    streams: list[StreamFinding] = []
    try:
        secrets = load_secrets(system.name, KINDS[system.kind].secrets, environment)
        source = open_source(system, secrets, policy)
        for stream in system.streams:
            streams.append(_look(source, stream, marks.get(stream.name)))
            reachable = authenticated = True
        return Finding(system.name, system.kind, True, True, tuple(streams), source.limits(), "")
    except CrmSetupError as error:
        problem = str(error)
    except CrmUnreachableError as error:
        reachable, problem = False, str(error)
    except CrmError as error:
        reachable, authenticated, problem = True, bool(streams), str(error)
    return Finding(system.name, system.kind, reachable, authenticated, tuple(streams), "", problem)


def _look(source: Source, stream: Stream, mark: Watermark | None) -> StreamFinding:
    """Raises the CrmError that concerns the whole system."""
    known = mark is not None and mark.fingerprint == stream.fingerprint
    since = mark.until - stream.overlap if mark is not None and known else None
    missing = source.missing_fields(stream)
    if missing:
        return StreamFinding(stream.name, since, None, missing, "fields are missing")
    return StreamFinding(stream.name, since, source.count(stream, since), (), "")
