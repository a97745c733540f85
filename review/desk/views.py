"""The queue, one flag with its verdict form, one evidence row, the stylesheet."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import duckdb
from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from review.desk import words
from review.desk.audits import AUDIT_PREFIX, find_audit
from review.desk.deciding import decide
from review.desk.decisions import checked_contracts, decided_keys, record_decision
from review.desk.evidence import archived_copy, list_evidence, read_row
from review.desk.findings import list_findings
from review.desk.forms import VerdictForm
from review.desk.history import list_history
from review.desk.holds import list_other_holds
from review.desk.models import Decision
from review.desk.peers import find_standing
from review.desk.people import as_context, list_people, list_ring
from review.desk.published import (
    Cursor,
    Filters,
    find_flag,
    list_choices,
    list_flags,
    published,
)
from review.desk.told import list_told
from review.desk.wording import Publication, last_decisions, worded_flag

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
        choices, publication = list_choices(connection), Publication.of(connection)
    decided = last_decisions(flags)
    context = {
        "tab": "queue",
        "flags": [worded_flag(flag, publication, decided) for flag in flags],
        "filters": filters,
        "choices": choices,
        "partner_names": [
            (row, publication.names.get(row["partner_id"], "")) for row in choices["partners"]
        ],
        "statuses": words.STATUSES.items(),
        "is_first_page": after is None,
        "next_page": _query(filters, following) if following else "",
    }
    return render(request, "desk/queue.html", context)


@require_http_methods(["GET", "HEAD", "POST"])  # type: ignore[untyped-decorator]
def flag(request: HttpRequest) -> HttpResponse:
    """One flag (`?id=`), its evidence and decisions; a POST decides."""
    flag_id = request.GET.get("id", "")
    if flag_id.startswith(AUDIT_PREFIX):
        return redirect(f"{reverse('audit')}?{urlencode({'id': flag_id})}")
    found = _flag_or_404(flag_id)
    decisions = Decision.objects.filter(flag_id=found["flag_id"])
    seen = {"evidence_seen": found["evidence_digest"] or "", "decisions_seen": decisions.count()}
    form = VerdictForm(
        request.POST if request.method == "POST" else None,
        yen_at_risk=max(found["yen_at_risk"], found["posted_yen"] or 0),
        subject_kind=found["subject_kind"],
        initial=seen,
    )

    def write(fields: dict[str, Any], decisions_seen: int) -> object:
        fields = {"flag_id": found["flag_id"], **fields}
        return record_decision(settings.TEIKEI_HOME, fields, decisions_seen)

    if request.method == "POST" and decide(form, seen, write):
        return redirect(found["link"])
    context = {
        "tab": "queue",
        "flag": found,
        **as_context(found["people"]),
        "form": form,
        "history": found["history"],
        "form_hint": f"支払の扱いを決める項目で対象額が{settings.SECOND_PERSON_ABOVE_YEN:,}円を"
        "超えるときは、二人目の確認が必要です。",
    }
    return render(request, "desk/flag.html", context, status=200 if not form.errors else 422)


@require_safe  # type: ignore[untyped-decorator]
def row(request: HttpRequest) -> HttpResponse:
    """One row (`?file=`, `row=`) that speaks of a flag or blind check (`id=`), from the lake."""
    flag_id, home = request.GET.get("id", ""), settings.TEIKEI_HOME
    with published(home) as connection:
        if connection is None:
            raise Http404("nothing published")
        found = (
            find_audit(connection, flag_id, checked_contracts())
            if flag_id.startswith(AUDIT_PREFIX)
            else find_flag(connection, flag_id)
        )
        files = list_evidence(connection, found["evidence_rows"] or "") if found else []
    sha256, number = request.GET.get("file", ""), request.GET.get("row", "")
    # nothing but what speaks of this flag is opened
    file = next((each for each in files if each["file_sha256"] == sha256), None)
    if file is None or number not in file["rows"]:
        raise Http404("no such evidence row")
    context = {
        "tab": "audits" if flag_id.startswith(AUDIT_PREFIX) else "queue",
        "file": file,
        "row": number,
        "cells": read_row(home, file, number),
        "archived": archived_copy(home, sha256),
        "back": f"{reverse('flag')}?{urlencode({'id': flag_id})}",
    }
    return render(request, "desk/row.html", context)


@require_safe  # type: ignore[untyped-decorator]
def stylesheet(request: HttpRequest) -> FileResponse:
    return FileResponse(_STYLESHEET.open("rb"), content_type="text/css; charset=utf-8")


def _flag_or_404(flag_id: str) -> dict[str, Any]:
    """The flag in words, with all that its page shows, from one opening of the file."""
    with published(settings.TEIKEI_HOME) as connection:
        found = find_flag(connection, flag_id) if connection else None
        if connection is None or found is None:
            raise Http404("no such flag")
        publication = Publication.of(connection)
        evidence = list_evidence(connection, found["evidence_rows"] or "")
        told = list_told(connection, settings.TEIKEI_HOME, found, evidence)
        return worded_flag(found, publication, last_decisions([found])) | {
            "people": _people(connection, found),
            "findings": [
                *list_other_holds(connection, found),
                *list_findings(connection, found),
                *told,
            ],
            "standing": find_standing(connection, found),
            "evidence": evidence,
            "history": list_history(
                connection,
                settings.TEIKEI_HOME,
                flag_id,
                found["evidence_digest"] or "",
                publication.today,
            ),
        }


def _people(connection: duckdb.DuckDBPyConnection, found: dict[str, Any]) -> list[dict[str, Any]]:
    ring = list_ring(connection, found["partner_id"]) if found["rule_id"] == "ring" else []
    return ring or list_people(connection, found)


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
