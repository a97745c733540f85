"""The blind checks (抜取監査): the month's draw, and one contract of it with its verdict form."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from review.desk import words
from review.desk.audits import find_audit, list_audits
from review.desk.deciding import decide
from review.desk.decisions import checked_contracts, record_decision
from review.desk.evidence import list_evidence
from review.desk.forms import AuditForm
from review.desk.history import list_history
from review.desk.models import Decision
from review.desk.people import as_context, list_people
from review.desk.published import business_day, partner_names, published


@require_safe  # type: ignore[untyped-decorator]
def audits(request: HttpRequest) -> HttpResponse:
    """The draw: `?status=` open (default), decided, all."""
    with published(settings.TEIKEI_HOME) as connection:
        if connection is None:
            return render(request, "desk/nothing_published.html", {"tab": "audits"})
        found, names = list_audits(connection, checked_contracts()), partner_names(connection)
    status = request.GET.get("status", "open")
    decisions = {
        decision.flag_id: decision
        for decision in Decision.objects.filter(flag_id__in=[each["flag_id"] for each in found])
    }
    listed = [_worded(each, names, decisions.get(each["flag_id"])) for each in found]
    wanted = {"open": [False], "decided": [True]}.get(status, [False, True])
    context = {
        "tab": "audits",
        "audits": [each for each in listed if each["is_decided"] in wanted],
        "status": status,
        "statuses": words.STATUSES.items(),
        "open_count": sum(not each["is_decided"] for each in listed),
        "all_count": sum(each["draw"] is not None for each in listed),
    }
    return render(request, "desk/audits.html", context)


@require_http_methods(["GET", "HEAD", "POST"])  # type: ignore[untyped-decorator]
def audit(request: HttpRequest) -> HttpResponse:
    """One contract of the draw (`?id=random_audit:…`); a POST decides."""
    found = _audit_or_404(request.GET.get("id", ""))
    seen = {"decisions_seen": Decision.objects.filter(flag_id=found["flag_id"]).count()}
    form = AuditForm(request.POST if request.method == "POST" else None, initial=seen)

    def write(fields: dict[str, Any], decisions_seen: int) -> object:
        fields = {"flag_id": found["flag_id"], **fields}
        return record_decision(settings.TEIKEI_HOME, fields, decisions_seen)

    if request.method == "POST" and decide(form, seen, write):
        return redirect(found["link"])
    context = {
        "tab": "audits",
        "audit": found,
        "evidence_id": found["flag_id"],
        **as_context(found["people"]),
        "form": form,
        "history": found["history"],
    }
    return render(request, "desk/audit.html", context, status=200 if not form.errors else 422)


def _audit_or_404(flag_id: str) -> dict[str, Any]:
    with published(settings.TEIKEI_HOME) as connection:
        found = find_audit(connection, flag_id, checked_contracts()) if connection else None
        if connection is None or found is None:
            raise Http404("not in this month's draw")
        names = partner_names(connection)
        return _worded(found, names, None) | {
            "commissions": [
                line
                | {
                    "partner_name": names.get(line["partner_id"], ""),
                    "role_word": words.ROLES.get(line["role"], ""),
                }
                for line in found["commissions"]
            ],
            "people": list_people(connection, found),
            "evidence": list_evidence(connection, found["evidence_rows"]),
            "history": list_history(
                connection, settings.TEIKEI_HOME, flag_id, "", business_day(connection)
            ),
            "events": [
                event
                | {
                    "stage_word": words.STAGES.get(event["stage"], event["stage"]),
                    "source_word": words.SOURCES.get(event["source"], event["source"]),
                    "evidence_word": "・".join(
                        words.DOCUMENTS.get(kind, kind)
                        for kind in (event["evidence"] or "").split(";")
                    ),
                }
                for event in found["events"]
            ],
        }


def _worded(
    audit: dict[str, Any], names: dict[str, str], decision: Decision | None
) -> dict[str, Any]:
    verdict = decision.verdict if decision else audit["verdict"]
    status = audit["contract_status"]
    return audit | {
        "partner_name": names.get(audit["partner_id"], ""),
        "status_word": words.CONTRACT_STATUSES.get(status, status),
        "discount_percent": None
        if audit["discount_rate"] is None
        else 100 * audit["discount_rate"],
        "is_decided": bool(verdict) and verdict not in words.OPEN_VERDICTS,
        "verdict_word": words.AUDIT_VERDICTS.get(verdict, verdict or ""),
        "decision": decision,
        "link": f"{reverse('audit')}?{urlencode({'id': audit['flag_id']})}",
    }
