"""The conduct rules as a night judges by them: their files, and what was changed since by data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import polars as pl

from expectations.arguments import as_json
from expectations.evaluation import EvaluationError
from expectations.rules import Rule, load_rules
from expectations.thresholds import (
    Proposal,
    ThresholdError,
    apply,
    effective,
    examples_changed,
    in_force,
    propose,
)
from ingestion.lake import Night, batch_ids
from ingestion.nights import lock_nights, rebuilt_as_of
from ingestion.thresholds import BEFORE_ALL, read_thresholds, record_thresholds
from orchestration.settings import Settings


@dataclass(frozen=True)
class Recorded:
    """A change as it was committed. `contradicted`: (row, in the file, now) of its examples."""

    change_id: str
    before: str | None
    proposal: Proposal
    contradicted: Sequence[tuple[Mapping[str, Any], str, str]]


def known_thresholds(place: Settings, night: Night | None = None) -> pl.DataFrame:
    """The changes that `night` judges by (None: the next one), oldest first."""
    history = read_thresholds(place.thresholds)
    return history if night is None else history.filter(pl.col("known_at") < night.known_at)


def effective_rules(
    rules: Sequence[Rule], place: Settings, night: Night | None = None
) -> tuple[Rule, ...]:
    """`rules` as they judge in `night` (None: in the next one); bounds and versions may differ.

    Raises `ThresholdError` when what was set no longer fits a rule's file.
    """
    return effective(rules, known_thresholds(place, night))


def proposed(place: Settings, rule_id: str, settings: Sequence[str]) -> Proposal:
    """What these settings would change for the next night. Raises `ThresholdError`."""
    written = {rule.id: rule for rule in load_rules(place.rules / "conduct")}
    if rule_id not in written:
        raise ThresholdError(no_rule(rule_id))
    held = in_force(known_thresholds(place))
    return propose(written[rule_id], held.get(rule_id, {}), settings)


def no_rule(rule_id: str) -> str:
    return f"There is no rule {rule_id}. `teikei rules thresholds` lists them."


def change(
    place: Settings, rule_id: str, settings: Sequence[str], set_by: str, reason: str
) -> Recorded:
    """Record what the settings change, for all nights from the next one on.

    Raises `ThresholdError`, and nothing is written; `NightRunningError` while a night runs.
    """
    if rebuilt_as_of(place.lake) is not None:
        raise ThresholdError(
            f"This home shows the warehouse as of night {rebuilt_as_of(place.lake)}; set the "
            "threshold in the home that is in use."
        )
    if not set_by.strip() or not reason.strip():
        raise ThresholdError("--by and --reason must say something.")
    with lock_nights(place.home):
        proposal = proposed(place, rule_id, settings)
        (written,) = (r for r in load_rules(place.rules / "conduct") if r.id == rule_id)
        try:
            contradicted = examples_changed(written, proposal.rule)
        except EvaluationError as error:
            raise ThresholdError(f"The rule cannot be evaluated so: {error}.") from error
        before = _version(written, in_force(known_thresholds(place)).get(rule_id, {}))
        judged = batch_ids(place.flags)
        fact = {
            "rule_id": rule_id,
            "rule_version_before": before,
            "rule_version_after": proposal.rule.version,
            "set_by": set_by,
            "reason": reason,
            "recorded_at": datetime.now(UTC).replace(tzinfo=None),
        }
        after = Night.parse(judged[-1]) if judged else BEFORE_ALL
        name = record_thresholds(place.thresholds, after, _rows(proposal), fact)
    return Recorded(name, before, proposal, contradicted)


def _rows(proposal: Proposal) -> list[dict[str, str | None]]:
    rows = []
    for made in proposal.changes:
        column, _, argument = made.target.rpartition(".")
        values = {
            name: None if value is None else as_json(value)
            for name, value in (("old_value", made.old), ("new_value", made.new))
        }
        rows.append({"column_name": column, "argument": argument, **values})
    return rows


def _version(written: Rule, held: Mapping[str, Any]) -> str | None:
    """None for what no longer fits its rule: it judged by nothing."""
    try:
        return apply(written, held).version
    except ThresholdError:
        return None
