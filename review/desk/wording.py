"""Flags and decisions with the words that a reviewer reads in place of codes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

import duckdb
from django.urls import reverse
from django.utils import timezone

from review.desk import words
from review.desk.history import built_at, effects_of, state_of
from review.desk.measured import read_measures, shortened
from review.desk.models import Decision
from review.desk.published import business_day, partner_names


def last_decisions(flags: list[dict[str, Any]]) -> dict[str, Decision]:
    """flag_id → the desk's last decision on the evidence that the flag has now."""
    digests = {flag["flag_id"]: flag["evidence_digest"] or "" for flag in flags}
    decisions = Decision.objects.filter(flag_id__in=list(digests))
    return {
        decision.flag_id: decision
        for decision in decisions
        if decision.evidence_seen == digests[decision.flag_id]
    }


@dataclass(frozen=True)
class Publication:
    """What flags are worded by: its partners' names, business day, when it was made, and the
    decisions that its night knew."""

    names: dict[str, str]
    today: date | None
    built: datetime | None
    taken: Collection[str]

    @classmethod
    def of(cls, connection: duckdb.DuckDBPyConnection) -> Publication:
        return cls(
            partner_names(connection),
            business_day(connection),
            built_at(connection),
            effects_of(connection).keys(),
        )


def worded_flag(
    flag: dict[str, Any], publication: Publication, decided: dict[str, Decision]
) -> dict[str, Any]:
    """`decided`: as `last_decisions`; one that the night knew yields to what it made of it."""
    decision = decided.get(flag["flag_id"])
    if decision is not None and decision.decision_id in publication.taken:
        is_last = flag["decision_id"] in (None, decision.decision_id)
        reason, decision = (
            words.REASONS.get(flag["status_reason"], ""),
            decision if is_last else None,
        )
    elif decision is not None and decision.decision_id != flag["decision_id"]:
        state = state_of(decision, publication.today, publication.built)
        reason = f"判定を記録しました。{state}。"
    else:
        reason = words.REASONS.get(flag["status_reason"], "")
    today = publication.today
    measures, join = read_measures(
        flag["rule_id"], flag["observed_value"] or "", flag["bound"] or ""
    )
    telling = [measure for measure in measures if not measure.is_chance]
    return flag | {
        "title": flag["title_ja"] or flag["rule_id"],
        "observed_value": shortened(flag["observed_value"] or ""),
        "measures": measures,
        "telling": telling or measures,
        "join_word": words.JOINS.get(join, ""),
        "severity_word": words.SEVERITIES.get(flag["severity"], flag["severity"]),
        "subject_word": words.SUBJECTS.get(flag["subject_kind"], flag["subject_kind"]),
        "partner_name": publication.names.get(flag["partner_id"], ""),
        "hold_word": words.HOLDS.get(flag["hold_scope"], flag["hold_scope"]),
        "hold_state": _hold_state(flag),
        "reason_word": reason,
        "days_left": (flag["due_on"] - today).days if flag["due_on"] and today else None,
        "expected_percent": 100 * (flag["expected_rate"] or 0),
        "link": f"{reverse('flag')}?{urlencode({'id': flag['flag_id']})}",
        **_verdict(flag, decision),
    }


def _hold_state(flag: dict[str, Any]) -> str:
    """none, held, held_without_hit or released, as the last night left it."""
    if flag["hold_scope"] in (None, "none"):
        return "none"
    if flag["is_holding"] is False:
        return "released"
    return "held_without_hit" if flag["is_current"] is False else "held"


def _verdict(flag: dict[str, Any], decision: Decision | None) -> dict[str, Any]:
    """The last verdict on the flag: the desk's own, else what the night knows without a name."""
    verdict, action, at = flag["verdict"], flag["money_action"], flag["decided_at"]
    if decision is not None:
        verdict, action, at = decision.verdict, decision.money_action, decision.decided_at
    elif isinstance(at, datetime):
        at = at.replace(tzinfo=UTC)
    return {
        "verdict_word": words.VERDICTS.get(verdict, verdict or ""),
        "action_word": words.MONEY_ACTIONS.get(action, "") if action else "",
        "verdict_by": "・".join(name for name in (decision.decided_by, decision.second_by) if name)
        if decision
        else "",
        "verdict_at": timezone.localtime(at) if at else None,
    }
