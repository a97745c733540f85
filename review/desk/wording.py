"""Flags and decisions with the words that a reviewer reads in place of codes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from review.desk import words
from review.desk.measured import read_measures, shortened
from review.desk.models import Decision


def last_decisions(flags: list[dict[str, Any]]) -> dict[str, Decision]:
    """flag_id → the desk's last decision on the evidence that the flag has now."""
    digests = {flag["flag_id"]: flag["evidence_digest"] or "" for flag in flags}
    decisions = Decision.objects.filter(flag_id__in=list(digests))
    return {
        decision.flag_id: decision
        for decision in decisions
        if decision.evidence_seen == digests[decision.flag_id]
    }


def worded_flag(
    flag: dict[str, Any], names: dict[str, str], today: date | None, decided: dict[str, Decision]
) -> dict[str, Any]:
    """`names`: of partners; `today`: the business day of the publication."""
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
        "partner_name": names.get(flag["partner_id"], ""),
        "hold_word": words.HOLDS.get(flag["hold_scope"], flag["hold_scope"]),
        "hold_state": _hold_state(flag),
        "reason_word": _reason(flag, decided.get(flag["flag_id"])),
        "days_left": (flag["due_on"] - today).days if flag["due_on"] and today else None,
        "expected_percent": 100 * (flag["expected_rate"] or 0),
        "link": f"{reverse('flag')}?{urlencode({'id': flag['flag_id']})}",
        **_verdict(flag, decided.get(flag["flag_id"])),
    }


def worded_decision(decision: Decision, digest: str | None) -> dict[str, Any]:
    return {
        "verdict": words.VERDICTS.get(decision.verdict, decision.verdict),
        "money_action": words.MONEY_ACTIONS.get(decision.money_action, decision.money_action),
        "decision": decision,
        "saw_all": decision.evidence_seen == (digest or ""),
    }


def _hold_state(flag: dict[str, Any]) -> str:
    """none, held, held_without_hit or released, as the last night left it."""
    if flag["hold_scope"] in (None, "none"):
        return "none"
    if flag["is_holding"] is False:
        return "released"
    return "held_without_hit" if flag["is_current"] is False else "held"


def _reason(flag: dict[str, Any], decision: Decision | None) -> str:
    if decision is not None and decision.decision_id != flag["decision_id"]:
        return "判定を記録しました。次の夜間処理から反映されます。"
    return words.REASONS.get(flag["status_reason"], "")


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
