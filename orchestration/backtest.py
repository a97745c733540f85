"""`teikei rules backtest`: nights of the past judged again, by a rule as it is and as it might be.

Each night's measure is built anew from what that night knew (`asof.go_back`), in a folder that is
removed afterwards; only the models that the rule reads. What nights archive of their own is not
enough: `lake/flags` holds hits and counts, and a wider bound finds subjects that were clear.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from expectations import flags as flagging
from expectations.engine import evaluate
from expectations.rules import Rule, load_rules
from expectations.thresholds import Change, ThresholdError
from ingestion.lake import Night, scan_table
from ingestion.nights import completed_nights
from orchestration import settings, standings
from orchestration.asof import RebuildError, find_night, go_back
from orchestration.compared import Pair, compare, moved_yen, once, tally
from orchestration.dbt_runs import BUILD, failures, invoke
from orchestration.settings import Settings
from orchestration.standings import MADE_OF, SCORES
from orchestration.thresholds import effective_rules, proposed

Tell = Callable[[str], None]
# What is read beside the measure: the yen in reach of a flag, and the verdicts.
LINES, VERDICTS = "int_ledger_line_scopes", "int_decisions_latest"
COUNTED = {
    "night_id": pl.String(),
    "old_undetermined": pl.Int64(),
    "new_undetermined": pl.Int64(),
    "yen_gained": pl.Int64(),
    "yen_lost": pl.Int64(),
}
NO_TESTS = ("--exclude-resource-type", "test")


@dataclass(frozen=True)
class Backtest:
    """`nights`: one row a night (`COUNTED`, `compared.tally`); `total`: the tally over each flag
    once; `flags`: one row a night and flag of either rule (`compared.compare`). `recorded`: night
    → hits that it counted itself, where it judged by this very version of the old rule."""

    changes: Sequence[Change]
    old: Rule
    new: Rule
    nights: pl.DataFrame
    total: pl.DataFrame
    flags: pl.DataFrame
    recorded: dict[str, int]


@dataclass(frozen=True)
class _Archive:
    """A home that goes back to one night after the other, the project parsed once for all."""

    place: Settings
    target: Settings
    manifest: Any

    @contextmanager
    def as_of(self, night: Night, models: Sequence[str]) -> Iterator[duckdb.DuckDBPyConnection]:
        """The warehouse with these models and all that they read, as the night knew it."""
        go_back(self.place, self.target, night)
        chosen = (*NO_TESTS, "--select", *(f"+{model}" for model in models))
        with self.target.night_log.open("a") as log, redirect_stdout(log):
            done = invoke(self.target, *BUILD, *chosen, manifest=self.manifest)
        failed = failures(done.results)
        if failed:
            raise RebuildError(f"Night {night.id} could not be rebuilt: {failed[0]}")
        with duckdb.connect(str(self.target.warehouse), read_only=True) as warehouse:
            yield warehouse


def chosen_nights(place: Settings, as_of: Sequence[str] | None, last: int) -> list[Night]:
    """The completed nights that were asked for, oldest first. Raises `RebuildError`."""
    nights = completed_nights(place.lake)
    if not nights:
        raise RebuildError("No night has been completed yet. Run `teikei nightly` first.")
    if last < 1:
        raise RebuildError("--last needs at least one night.")
    found = nights[-last:] if as_of is None else {find_night(place, text) for text in as_of}
    return sorted(found, key=lambda night: night.known_at)


def backtest(
    place: Settings, rule_id: str, changes: Sequence[str], nights: Sequence[Night], tell: Tell
) -> Backtest:
    """What the rule with these settings (`thresholds.propose`) would have found in the nights.

    The lake is only read. Verdicts are those that the last completed night knows, where they cover
    the evidence that the night in question had. Raises `ThresholdError`, `RebuildError`, and
    `EvaluationError`.
    """
    proposal = proposed(place, rule_id, changes)
    new = proposal.rule
    rules = effective_rules(load_rules(place.rules / "conduct"), place)
    old = next(rule for rule in rules if rule.id == rule_id)
    if old.version == new.version:
        raise ThresholdError(f"{rule_id} would judge as it does already.")
    last = completed_nights(place.lake)[-1]
    flags, rows = [], []
    with _archive(place) as archive:
        tell(f"verdicts as of night {last.id} …")
        with archive.as_of(last, [VERDICTS]) as warehouse:
            verdicts = warehouse.table(f"intermediate.{VERDICTS}").pl()
        for number, night in enumerate(nights, start=1):
            tell(f"night {number} of {len(nights)}: {night.id} …")
            with archive.as_of(night, [*_read_by(old), LINES]) as warehouse:
                pair = _judged(warehouse, (old, new), rules, night)
                lines = warehouse.table(f"intermediate.{LINES}").pl()
            found = compare(pair, verdicts, lines)
            flags.append(found.with_columns(night_id=pl.lit(night.id)))
            counted = (night.id, *pair.undetermined, *moved_yen(found, lines))
            row = pl.DataFrame([counted], schema=COUNTED, orient="row")
            rows.append(pl.concat([row, tally(found)], how="horizontal"))
    every, by_night = pl.concat(flags), pl.concat(rows)
    recorded = _recorded(place, old, by_night)
    total = tally(once(every))
    return Backtest(proposal.changes, old, new, by_night, total, every, recorded)


@contextmanager
def _archive(place: Settings) -> Iterator[_Archive]:
    """In the home itself: links need the same disk, and what is read is for its owner's eyes."""
    folder = place.home / "as_of"
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="backtest-", dir=folder) as name:
        target = Settings(Path(name), place.dbt_project, place.rules)
        (target.home / "warehouse").mkdir()
        settings.enter(target)
        try:
            yield _Archive(place, target, invoke(target, "parse", "--no-write-json"))
        finally:
            settings.enter(place)


def _read_by(rule: Rule) -> list[str]:
    partners = ["dim_partners"] if rule.measures == SCORES else []
    return [MADE_OF.get(rule.measures, rule.measures), *partners]


def _judged(
    warehouse: duckdb.DuckDBPyConnection,
    pair: tuple[Rule, Rule],
    rules: Sequence[Rule],
    night: Night,
) -> Pair:
    """The night's measure judged by both, as the night itself judges (`assets.flags.judge`)."""
    measures = pair[0].measures
    of_measure = [rule for rule in rules if rule.measures == measures]
    standing = standings.read(warehouse, rules) if measures == SCORES else pl.DataFrame()
    frame = standings.measures(warehouse, measures, standing, of_measure)
    hits, undetermined = [], []
    for rule in pair:
        evaluation = evaluate((rule,), frame, rule.subject)
        evaluation.raise_on_error()
        hits.append(flagging.flags(evaluation, (rule,), frame, night.id, night.known_at))
        undetermined.append(int(evaluation.summary["undetermined_count"].item()))
    return Pair(hits[0], hits[1], (undetermined[0], undetermined[1]))


def _recorded(place: Settings, old: Rule, nights: pl.DataFrame) -> dict[str, int]:
    outcomes = scan_table(place.flags, "rule_outcomes").filter(
        pl.col("rule_id") == old.id,
        pl.col("rule_version") == old.version,
        pl.col("night_id").is_in(nights["night_id"].implode()),
        pl.col("hit_count").is_not_null(),
    )
    return dict(outcomes.select("night_id", "hit_count").collect().iter_rows())
