"""Which night is running: opened, taken over after a crash, finished; and the one lock over it.

`lake/nights/<night id>.opened.json`, `.report.json` and `.done.json` follow each other. A night
without the last is unfinished: running its business day again takes over its id, and what
it had already committed (raw batch, postings, flags) is kept as it is.
"""

from __future__ import annotations

import fcntl
import json
import os
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ingestion.lake import Night, batch_path, fsync_directory

# In the lake of a home that `teikei as-of` built.
AS_OF = "as_of.json"


class NightRefusedError(ValueError):
    """The business day cannot be run; the message says which day can."""


class NightRunningError(RuntimeError):
    """Another process holds the night's lock; the message names it."""


@dataclass(frozen=True)
class Lock:
    """Held for a whole night. `token` grows with every holder, so a stale one is told apart."""

    path: Path
    token: int

    def check(self) -> None:
        """Raise `NightRunningError` when somebody took the lock over since (a fencing token)."""
        holder = json.loads(self.path.read_text())
        if holder["token"] != self.token:
            raise NightRunningError(f"the night's lock was taken over by process {holder['pid']}")


# Locks of this process: the command holds one around the run whose resource asks for it again.
_held: dict[Path, Lock] = {}


@contextmanager
def lock_nights(home: Path) -> Iterator[Lock]:
    """Hold `TEIKEI_HOME/night.lock`; raises `NightRunningError` if another process does.

    Within one process the lock is re-entrant.
    """
    path = (home / "night.lock").resolve()
    if path in _held:
        yield _held[path]
        return
    home.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise NightRunningError(f"another night is running: {path.read_text()}") from error
        handle.seek(0)
        text = handle.read()
        token = (json.loads(text)["token"] if text else 0) + 1
        handle.seek(0)
        handle.truncate()
        handle.write(json.dumps({"token": token, "pid": os.getpid()}))
        handle.flush()
        _held[path] = Lock(path, token)
        try:
            yield _held[path]
        finally:
            del _held[path]


def open_night(lake: Path, business_day: date) -> Night:
    """The night to work on: the unfinished one of that day, else the next of that day.

    Raises `NightRefusedError` when a later day has already been completed or has committed rows:
    its figures would change under readers who have seen them.
    """
    if rebuilt_as_of(lake) is not None:
        raise NightRefusedError(
            f"This home shows the warehouse as of night {rebuilt_as_of(lake)}; it takes no new "
            "night. Set TEIKEI_HOME to the home that is in use."
        )
    opened = _nights(lake, "opened")
    kept = [night for night in opened if is_done(lake, night) or _has_rows(lake, night)]
    latest = max((night.business_day for night in kept), default=date.min)
    if business_day < latest:
        raise NightRefusedError(
            f"{business_day} is before {latest}, the last business day that was run. "
            f"Run --date {latest} or later."
        )
    same_day = [night for night in opened if night.business_day == business_day]
    unfinished = [night for night in same_day if not is_done(lake, night)]
    if unfinished:
        return max(unfinished, key=lambda night: night.place)
    night = Night(business_day, max((night.place for night in same_day), default=0) + 1)
    _write_record(lake, night, "opened", {"night_id": night.id})
    return night


def write_report(lake: Path, night: Night, report: Mapping[str, Any]) -> None:
    """Keep what the night did; a night taken over writes it again."""
    _write_record(lake, night, "report", report)


def finish_night(lake: Path, night: Night, facts: Mapping[str, Any] | None = None) -> None:
    """Mark the night complete: from here on it is history. `facts`: what a rebuild must match."""
    _write_record(lake, night, "done", {"night_id": night.id, **(facts or {})})


def write_failures(lake: Path, night: Night, failures: Sequence[str]) -> None:
    """Keep why a night did not reach its end, for `unfinished_night`."""
    _write_record(lake, night, "failed", {"night_id": night.id, "failures": list(failures)})


def unfinished_night(lake: Path) -> tuple[Night, list[str]] | None:
    """The last opened night if it has not been completed, and what failed in it, if known."""
    last = max(_nights(lake, "opened"), key=lambda night: night.known_at, default=None)
    if last is None or is_done(lake, last):
        return None
    failed = _record_path(lake, last, "failed")
    return last, json.loads(failed.read_text())["failures"] if failed.exists() else []


def is_done(lake: Path, night: Night) -> bool:
    return _record_path(lake, night, "done").exists()


def read_report(lake: Path, night: Night) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(_record_path(lake, night, "report").read_text())
    return report


def read_finish(lake: Path, night: Night) -> dict[str, Any]:
    """What a completed night ended with: `code` and `marts` digests, unless it is an old one."""
    finish: dict[str, Any] = json.loads(_record_path(lake, night, "done").read_text())
    return finish


def completed_nights(lake: Path) -> list[Night]:
    """Completed nights in knowledge order."""
    return sorted(_nights(lake, "done"), key=lambda night: night.known_at)


def mark_as_of(lake: Path, night: Night) -> None:
    """A rebuilt home is for reading: from here on no night can be opened in it."""
    _write_durably(lake / AS_OF, json.dumps({"night_id": night.id}))


def rebuilt_as_of(lake: Path) -> str | None:
    """The id of the night as of which this home was rebuilt; None for one that is in use."""
    mark = lake / AS_OF
    return json.loads(mark.read_text())["night_id"] if mark.exists() else None


def _has_rows(lake: Path, night: Night) -> bool:
    return batch_path(lake / "raw", night.id).exists()


def _nights(lake: Path, state: str) -> list[Night]:
    suffix = f".{state}.json"
    records = (lake / "nights").glob(f"[0-9]*{suffix}")
    return [Night.parse(path.name.removesuffix(suffix)) for path in records]


def _record_path(lake: Path, night: Night, state: str) -> Path:
    return lake / "nights" / f"{night.id}.{state}.json"


def _write_record(lake: Path, night: Night, state: str, content: Mapping[str, Any]) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=1, default=str)
    _write_durably(_record_path(lake, night, state), text)


def _write_durably(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    staged = path.with_name(f".{uuid.uuid4().hex}")
    with staged.open("w") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    staged.replace(path)
    fsync_directory(path.parent)
