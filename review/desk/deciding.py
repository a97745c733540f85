"""One POST of a decision form: written, or the form again with what stands in the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from review.desk.decisions import OvertakenError
from review.desk.forms import DecisionForm

_OVERTAKEN = (
    "表示後に別の判定が記録されました。下の履歴を確認し、必要ならもう一度記録してください。"
)
_CHANGED = "表示後に証拠が更新されました。内容を確認して、もう一度判定してください。"


def decide(
    form: DecisionForm,
    seen: dict[str, Any],
    write: Callable[[dict[str, Any], int], object],
) -> bool:
    """`write(fields, decisions_seen)` when the form holds and the page is still what was seen.

    `seen`: what the hidden fields would say now. Whoever is told that they have changed has the
    present page before them, so the form that comes back speaks of it.
    """
    if not form.is_valid():
        if form.cleaned_data.get("decisions_seen") is None:
            _renew(form, seen)
        return False
    fields = dict(form.cleaned_data)
    if fields.get("evidence_seen", "") != seen.get("evidence_seen", ""):
        form.add_error(None, _CHANGED)
        _renew(form, seen)
        return False
    try:
        write(fields, fields.pop("decisions_seen"))
    except OvertakenError:
        form.add_error(None, _OVERTAKEN)
        _renew(form, seen)
        return False
    return True


def _renew(form: DecisionForm, seen: dict[str, Any]) -> None:
    form.data = form.data.copy()
    for name, value in seen.items():
        form.data[name] = str(value)
