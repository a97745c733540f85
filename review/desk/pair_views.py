"""Who is one customer (名寄せ確認): the pairs that wait for a word, and one with its form."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from review.desk import words
from review.desk.deciding import decide
from review.desk.decisions import last_words, record_word
from review.desk.fields import entity_label
from review.desk.forms import PairForm
from review.desk.models import IdentityDecision
from review.desk.pairs import Pair, contradicts, find_people, list_pairs
from review.desk.people import as_context, record_names
from review.desk.published import published

PAGE = 50


@require_safe  # type: ignore[untyped-decorator]
def pairs(request: HttpRequest) -> HttpResponse:
    """At most `PAGE` pairs: `?status=` open (default), decided or all; likeliest first."""
    said, found = last_words(), list_pairs(settings.TEIKEI_HOME)
    closed = {key: word for key, word in said.items() if word.verdict != "open"}
    waiting = [pair for pair in found if pair.key not in closed]
    decided = [_pair(key) for key in reversed(closed)]
    status = request.GET.get("status", "open")
    wanted = {"open": waiting, "decided": decided}.get(status, [*waiting, *decided])
    with published(settings.TEIKEI_HOME) as connection:
        if connection is None:
            return render(request, "desk/nothing_published.html", {"tab": "pairs"})
        shown = wanted[:PAGE]
        names = record_names(connection, [place for pair in shown for place in pair.key])
    listed = [_worded(pair, said, names) for pair in shown]
    context = {
        "tab": "pairs",
        "pairs": listed,
        "status": status,
        "statuses": words.STATUSES.items(),
        "waiting_count": len(waiting),
        "rest_count": len(wanted) - len(listed),
    }
    return render(request, "desk/pairs.html", context)


@require_http_methods(["GET", "HEAD", "POST"])  # type: ignore[untyped-decorator]
def pair(request: HttpRequest) -> HttpResponse:
    """One pair (`?first=`, `?second=`); a POST says whether they are one customer."""
    found = _pair_or_404(request.GET.get("first", ""), request.GET.get("second", ""))
    said = last_words()
    first, second = sorted(found.key)
    history = IdentityDecision.objects.filter(first_record=first, second_record=second)
    seen = {"decisions_seen": history.count()}
    form = PairForm(request.POST if request.method == "POST" else None, initial=seen)
    verdicts = {key: word.verdict for key, word in said.items()}
    if form.is_valid() and contradicts(found, form.cleaned_data["verdict"], verdicts):
        form.add_error(
            "verdict",
            "これまでの判断と矛盾します（同じ顧客とした記録どうしを別の顧客にはできません）。先にその判断を取り消してください。",
        )

    def write(fields: dict[str, Any], decisions_seen: int) -> object:
        fields = {"first_record": first, "second_record": second, **fields}
        return record_word(settings.TEIKEI_HOME, fields, decisions_seen)

    if request.method == "POST" and decide(form, seen, write):
        return redirect(_worded(found, said, {})["link"])
    with published(settings.TEIKEI_HOME) as connection:
        people = find_people(connection, found) if connection else []
        names = record_names(connection, [first, second]) if connection else {}
    context = {
        "tab": "pairs",
        "pair": _worded(found, said, names),
        **as_context(people),
        "form": form,
        "history": [
            {"word": words.PAIR_VERDICTS.get(each.verdict, each.verdict), "decision": each}
            for each in history
        ],
    }
    return render(request, "desk/pair.html", context, status=200 if not form.errors else 422)


def _pair_or_404(first: str, second: str) -> Pair:
    """A pair that waits, or one that the desk has spoken on."""
    key = frozenset((first, second))
    waiting = next((pair for pair in list_pairs(settings.TEIKEI_HOME) if pair.key == key), None)
    if waiting is None and key not in last_words():
        raise Http404("nobody asks about this pair")
    return waiting or _pair(key)


def _pair(key: frozenset[str]) -> Pair:
    first, second = sorted(key)
    return Pair(first, second)


def _record(place: str, names: dict[str, str]) -> dict[str, str]:
    """`leads:crm:L-1` as リード L-1（CRM）, and the name in it."""
    entity, scope, number = [*place.split(":", 2), "", ""][:3]
    door = "CRM" if scope == "crm" else scope
    return {"word": f"{entity_label(entity)} {number}（{door}）", "name": names.get(place, "")}


def _worded(
    pair: Pair, said: dict[frozenset[str], IdentityDecision], names: dict[str, str]
) -> dict[str, Any]:
    word = said.get(pair.key)
    is_party = any(place.startswith(("partners:", "partner_reps:")) for place in pair.key)
    return {
        "records": [_record(pair.first, names), _record(pair.second, names)],
        "percent": None if pair.probability is None else 100 * pair.probability,
        "kind_word": "顧客と代理店側" if is_party else "顧客どうし",
        "is_party": is_party,
        "verdict_word": words.PAIR_VERDICTS.get(word.verdict, "") if word else "",
        "decision": word,
        "link": f"{reverse('pair')}?{urlencode({'first': pair.first, 'second': pair.second})}",
    }
