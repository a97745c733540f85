"""Reads what is new in every CRM into files for the ordinary door; moves no watermark itself.

A watermark is the time up to which everything was read. It goes into the manifest of the batch
that holds the rows, so it moves with them or not at all; the next pull starts a little before it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta
from pathlib import Path

import polars as pl

from ingestion.crm.credentials import load_secrets
from ingestion.crm.errors import CrmError, CrmSetupError
from ingestion.crm.kinds import open_source
from ingestion.crm.mapping import RowFile, no_keys, read_page, tombstones
from ingestion.crm.policy import PATIENT, Policy
from ingestion.crm.pulled import Failure, Pulled, PulledFile
from ingestion.crm.reconcile import Reading, compare, load_held
from ingestion.crm.source import Source
from ingestion.crm.systems import KINDS, Stream, System
from ingestion.crm.watermarks import Watermark, load_watermarks
from ingestion.lake import Night
from ingestion.reasons import reason

OnProgress = Callable[[str], None]


@dataclass(frozen=True)
class Means:
    """What a pull works with: where to write, the night, time and patience, whom to tell."""

    raw: Path
    staging: Path
    night: Night
    policy: Policy = PATIENT
    on_progress: OnProgress = lambda text: None


def pull_all(systems: Sequence[System], environment: Mapping[str, str], means: Means) -> Pulled:
    """Every stream of every system, a file each where anything is new.

    Raises the `CrmError` of a system that is not to be skipped; nothing is lost then, since the
    watermarks have not moved.
    """
    earlier = load_watermarks(means.raw)
    files: list[PulledFile] = []
    failures: list[Failure] = []
    reached: dict[str, dict[str, Watermark]] = {}
    for system in systems:
        own = reached.setdefault(system.name, {})
        try:
            secrets = load_secrets(system.name, KINDS[system.kind].secrets, environment)
            source = open_source(system, secrets, means.policy)
            for stream in system.streams:
                mark = earlier.get(system.name, {}).get(stream.name)
                file, own[stream.name] = pull_stream(source, system, stream, mark, means)
                files += [file] if file is not None else []
        except CrmError as error:
            if system.on_failure == "stop":
                raise type(error)(f"crm/{system.name}: {error}") from None
            failures.append(Failure(system.name, reason(error.code, str(error))))
            means.on_progress(f"crm/{system.name}: skipped, {error}")
    return Pulled(tuple(files), tuple(failures), reached, earlier)


def pull_stream(
    source: Source, system: System, stream: Stream, mark: Watermark | None, means: Means
) -> tuple[PulledFile | None, Watermark]:
    """One stream since its watermark; everything when it has none or means something else now."""
    if missing := source.missing_fields(stream):
        raise CrmSetupError(f"{stream.object} has no field {', '.join(missing)}; mend the mapping")
    horizon, now = means.night.horizon, source.http.now
    until = min(now - system.lag, horizon.replace(tzinfo=UTC) - timedelta(seconds=1))
    until = until.replace(second=0, microsecond=0)
    mark = mark if mark is not None and mark.fingerprint == stream.fingerprint else None
    since = min(mark.until, until) - stream.overlap if mark is not None else None
    name = stream.file_name(means.policy.clock.now())
    label = f"crm/{system.name} {stream.name}"
    with RowFile(means.staging / system.name / name, stream) as file:
        keys = [no_keys(stream)]
        for page in source.pages(stream, since):
            rows, found = read_page(page, stream, horizon)
            file.write(rows)
            keys.append(found)
            means.on_progress(f"{label}: {file.rows:,} records")
        reading = Reading(
            stream,
            load_held(means.raw, system.name, stream),
            pl.concat(keys),
            until.replace(tzinfo=None),
            horizon,
            is_full=mark is None,
            gap=now - mark.until if mark is not None else timedelta(),
        )
        differences = compare(source, reading)
        file.write(differences.again)
        file.write(tombstones(differences.gone, stream))
    means.on_progress(f"{label}: {file.rows:,} rows, {differences.gone.height:,} of them deletions")
    pulled = PulledFile(system.name, stream.name, file.path, name) if file.rows else None
    return pulled, Watermark(until, stream.fingerprint)
