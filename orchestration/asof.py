"""`teikei as-of`: the warehouse as an old night knew it, rebuilt in a home of its own.

The lake's batches that night knew are linked (they are never edited), its own postings and flags
among them, so nothing is posted or judged again; identities, both dbt passes and the publication
are computed anew, and the digest of every mart is held against the one the night recorded.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
from rich.console import Console
from rich.table import Table

from expectations.flags import rule_words
from expectations.rules import load_rules
from ingestion import closes, identity
from ingestion.lake import EMPTY_BATCH_ID, Night, write_atomically
from ingestion.nights import (
    completed_nights,
    lock_nights,
    mark_as_of,
    read_finish,
    rebuilt_as_of,
)
from ingestion.recorded import night_of, record_ids
from orchestration import settings
from orchestration.dbt_runs import PASS_1, PASS_2, Dbt, failures
from orchestration.fingerprints import code_digest, mart_digests
from orchestration.publication import publish
from orchestration.settings import Settings
from orchestration.workplace import NIGHT_SCHEMA


class RebuildError(RuntimeError):
    """The rebuild was refused or did not reach its end; the message says why and what to do."""


@dataclass(frozen=True)
class Rebuilt:
    """`recorded` is empty for a night that was completed before nights kept digests."""

    night: Night
    home: Path
    digests: dict[str, str]
    recorded: dict[str, str]
    is_same_code: bool

    @property
    def different(self) -> list[str]:
        names = sorted(self.digests.keys() | self.recorded.keys()) if self.recorded else []
        return [name for name in names if self.digests.get(name) != self.recorded.get(name)]


def find_night(place: Settings, text: str) -> Night:
    """A completed night by its id, or the last one of a business day or before it."""
    nights = completed_nights(place.lake)
    if not nights:
        raise RebuildError("No night has been completed yet. Run `teikei nightly` first.")
    try:
        wanted = Night.parse(text) if "#" in text else None
        day = date.fromisoformat(text.partition("#")[0])
    except ValueError as error:
        raise RebuildError(f"{text!r} is neither a night like 2026-10-31#1 nor a date.") from error
    fitting = [
        night
        for night in nights
        if night == wanted or (wanted is None and night.business_day <= day)
    ]
    if not fitting:
        known = f"{nights[0].id} to {nights[-1].id}"
        raise RebuildError(f"No completed night fits {text}; there are {known}.")
    return fitting[-1]


def rebuild(
    place: Settings, night: Night, home: Path | None, tell: Callable[[str], None]
) -> Rebuilt:
    """Build `home` (default `TEIKEI_HOME/as_of/<day>.<place>`) from what `night` knew.

    Raises `RebuildError` when the folder holds something else, or dbt fails.
    """
    target = _target(place, night, home)
    with lock_nights(target.home):
        tell("linking what the night knew …")
        go_back(place, target, night)
        _run_dbt(target, tell)
        publish(target, night, rule_words(load_rules(place.rules / "conduct")))
    finish = read_finish(place.lake, night)
    return Rebuilt(
        night,
        target.home,
        mart_digests(target.published),
        finish.get("marts", {}),
        finish.get("code") == code_digest(),
    )


def go_back(place: Settings, target: Settings, night: Night) -> None:
    """Make `target` a home that knows what `night` knew, its warehouse still to be built."""
    link_lake(place, target, night)
    identity.resolve_customers(target.home, night.known_at)
    row = {"night_id": night.id, "business_day": night.business_day, "known_at": night.known_at}
    write_atomically(target.night_file, pl.DataFrame([row], schema=NIGHT_SCHEMA))
    target.warehouse.unlink(missing_ok=True)


def link_lake(place: Settings, target: Settings, night: Night) -> None:
    """Link every batch that the night knew, its own included; closes, reissues and thresholds only
    of earlier nights."""
    shutil.rmtree(target.lake, ignore_errors=True)
    mark_as_of(target.lake, night)
    for area in (place.raw, place.ledger, place.flags):
        for batch in area.glob("batch=*"):
            name = batch.name.removeprefix("batch=")
            if name == EMPTY_BATCH_ID or Night.parse(name).known_at <= night.known_at:
                _link(batch, target.lake / area.name / batch.name)
    closes.prepare(target.closes)
    for area in (place.closes, place.thresholds):
        for record_id in record_ids(area):
            if night_of(record_id).known_at < night.known_at:
                name = f"batch={record_id}"
                _link(area / name, target.lake / area.name / name)
    for record in place.nights.glob("[0-9]*.json"):
        if Night.parse(record.name.partition(".")[0]).known_at <= night.known_at:
            _link_file(record, target.nights / record.name)


def print_rebuilt(console: Console, rebuilt: Rebuilt) -> None:
    """Every mart with its digest, and whether it is the night's own."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in ("mart", "digest", "against the night"):
        table.add_column(column)
    for mart, digest in rebuilt.digests.items():
        verdict = "not recorded"
        if rebuilt.recorded:
            verdict = "[red]differs[/red]" if mart in rebuilt.different else "equal"
        table.add_row(mart, digest[:16], verdict)
    console.print(f"\nAs of night {rebuilt.night.id}, in {rebuilt.home}")
    console.print(table)
    console.print(_verdict(rebuilt))


def _verdict(rebuilt: Rebuilt) -> str:
    if not rebuilt.recorded:
        return (
            "That night recorded no digests (it was run by an older version): nothing to compare."
        )
    missing = sorted(rebuilt.recorded.keys() - rebuilt.digests.keys())
    gone = f" Not built by this code: {', '.join(missing)}." if missing else ""
    if not rebuilt.different:
        return f"All {len(rebuilt.digests)} marts are equal to what the night published."
    if rebuilt.is_same_code:
        return (
            f"[red]{len(rebuilt.different)} marts differ although the code is the same.[/red] "
            "Something of that night's lake was altered: run `teikei ledger verify`, and compare "
            f"lake/raw with a backup.{gone}"
        )
    return (
        f"{len(rebuilt.different)} marts differ; the code is another than that night's, which may "
        f"be why. Check out the version of that night to compare.{gone}"
    )


def _target(place: Settings, night: Night, home: Path | None) -> Settings:
    folder = (home or place.home / "as_of" / f"{night.business_day}.{night.place}").resolve()
    settings.check_home(folder)
    target = Settings(folder, place.dbt_project, place.rules)
    holds = folder.exists() and any(folder.iterdir())
    if holds and rebuilt_as_of(target.lake) is None:
        raise RebuildError(
            f"{folder} is not empty and no earlier rebuild. Give --home an empty or new folder."
        )
    (folder / "warehouse").mkdir(parents=True, exist_ok=True)
    return target


def _link(batch: Path, target: Path) -> None:
    for path in batch.iterdir():
        _link_file(path, target / path.name)


def _link_file(path: Path, target: Path) -> None:
    """A second name for the same bytes; a copy where the folder is on another disk."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(path, target)
    except OSError:
        shutil.copy2(path, target)


def _run_dbt(target: Settings, tell: Callable[[str], None]) -> None:
    """Both passes, as a night runs them; this process has no other home from here on."""
    settings.enter(target)
    dbt = Dbt()
    for number, selection in enumerate((PASS_1, PASS_2), start=1):
        tell(f"dbt pass {number} …")
        with target.night_log.open("a") as log, redirect_stdout(log):
            failed = failures(dbt.build(target, selection))
        if failed:
            raise RebuildError(
                f"dbt pass {number} failed ({failed[0]}); all that it said is in "
                f"{target.night_log}."
            )
