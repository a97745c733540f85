"""Three pages: the queue, one flag with its verdict form, the stylesheet."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from review.desk import words
from review.desk.decisions import OvertakenError, decided_keys, record_decision
from review.desk.forms import VerdictForm
from review.desk.models import Decision
from review.desk.people import FIELDS, list_people
from review.desk.published import (
    Cursor,
    Filters,
    find_flag,
    list_choices,
    list_flags,
    published,
)

_LONG_NUMBER = re.compile(r"\d+\.\d{3,}(?:e-?\d+)?")
_STYLESHEET = Path(__file__).parent / "static" / "desk.css"


@require_safe  # type: ignore[untyped-decorator]
def queue(request: HttpRequest) -> HttpResponse:
    """Flags that wait for a verdict, 50 a page."""
    filters = _filters(request)
    with published(settings.TEIKEI_HOME) as connection:
        if connection is None:
            return render(request, "desk/nothing_published.html")
        after = Cursor.parse(request.GET.get("after", ""))
        flags, following = list_flags(connection, filters, decided_keys(), after)
        choices = list_choices(connection)
    context = {
        "flags": [_worded(flag) for flag in flags],
        "filters": filters,
        "choices": choices,
        "statuses": words.STATUSES.items(),
        "is_first_page": after is None,
        "next_page": _query(filters, following) if following else "",
    }
    return render(request, "desk/queue.html", context)


@require_http_methods(["GET", "HEAD", "POST"])  # type: ignore[untyped-decorator]
def flag(request: HttpRequest) -> HttpResponse:
    """One flag (`?id=`), its evidence and decisions; a POST decides."""
    found, people = _flag_or_404(request.GET.get("id", ""))
    history = Decision.objects.filter(flag_id=found["flag_id"])
    form = VerdictForm(
        request.POST if request.method == "POST" else None,
        yen_at_risk=found["yen_at_risk"],
        subject_kind=found["subject_kind"],
        initial={"evidence_seen": found["evidence_digest"], "decisions_seen": history.count()},
    )
    if request.method == "POST" and _decide(form, found):
        return redirect(f"{reverse('flag')}?{urlencode({'id': found['flag_id']})}")
    context = {
        "flag": _worded(found),
        "people": people,
        "people_fields": FIELDS.values(),
        "form": form,
        "history": [_worded_decision(decision, found) for decision in history],
        "limit": settings.SECOND_PERSON_ABOVE_YEN,
    }
    return render(request, "desk/flag.html", context, status=200 if not form.errors else 422)


@require_safe  # type: ignore[untyped-decorator]
def stylesheet(request: HttpRequest) -> FileResponse:
    return FileResponse(_STYLESHEET.open("rb"), content_type="text/css; charset=utf-8")


def _decide(form: VerdictForm, found: dict[str, Any]) -> bool:
    """Write the decision when the form holds and the evidence is still what the reviewer saw."""
    if not form.is_valid():
        return False
    if form.cleaned_data["evidence_seen"] != (found["evidence_digest"] or ""):
        form.add_error(
            None, "表示後に証拠が更新されました。内容を確認して、もう一度判定してください。"
        )
        return False
    fields = {"flag_id": found["flag_id"], **form.cleaned_data}
    try:
        record_decision(settings.TEIKEI_HOME, fields, fields.pop("decisions_seen"))
    except OvertakenError:
        form.add_error(
            None, "表示後に別の判定が記録されました。このページを開き直し、内容を確認してください。"
        )
        return False
    return True


def _flag_or_404(flag_id: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The flag and the people behind it, from one opening of the file."""
    with published(settings.TEIKEI_HOME) as connection:
        found = find_flag(connection, flag_id) if connection else None
        if connection is None or found is None:
            raise Http404("no such flag")
        return found, list_people(connection, found)


def _filters(request: HttpRequest) -> Filters:
    status = request.GET.get("status", "open")
    return Filters(
        status=status if status in words.STATUSES else "open",
        rule_id=request.GET.get("rule", ""),
        partner_id=request.GET.get("partner", ""),
    )


def _query(filters: Filters, cursor: Cursor) -> str:
    return urlencode(
        {
            "status": filters.status,
            "rule": filters.rule_id,
            "partner": filters.partner_id,
            "after": str(cursor),
        }
    )


def _worded(flag: dict[str, Any]) -> dict[str, Any]:
    """A flag with the words a reviewer reads in place of codes."""
    return flag | {
        "title": flag["title_ja"] or flag["rule_id"],
        # three digits tell a reviewer as much as sixteen
        "observed_value": _LONG_NUMBER.sub(
            lambda found: f"{float(found[0]):.3g}", flag["observed_value"] or ""
        ),
        "severity_word": words.SEVERITIES.get(flag["severity"], flag["severity"]),
        "subject_word": words.SUBJECTS.get(flag["subject_kind"], flag["subject_kind"]),
        "hold_word": words.HOLDS.get(flag["hold_scope"], flag["hold_scope"]),
        "expected_percent": 100 * (flag["expected_rate"] or 0),
        "link": f"{reverse('flag')}?{urlencode({'id': flag['flag_id']})}",
    }


def _worded_decision(decision: Decision, flag: dict[str, Any]) -> dict[str, Any]:
    return {
        "verdict": words.VERDICTS.get(decision.verdict, decision.verdict),
        "money_action": words.MONEY_ACTIONS.get(decision.money_action, decision.money_action),
        "decision": decision,
        "saw_all": decision.evidence_seen == (flag["evidence_digest"] or ""),
    }
