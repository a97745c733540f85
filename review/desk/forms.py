"""The verdict form: what a decision must say before it is written."""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms
from django.conf import settings

from review.desk.words import MONEY_ACTIONS, OPEN_VERDICTS, VERDICTS

# Actions that take money away; each needs a verdict that says why.
TAKING = ("withhold", "claw_back", "penalty")
CLEARING_VERDICTS = ("false_positive", "data_error")


class VerdictForm(forms.Form):  # type: ignore[misc]
    """`yen_at_risk` decides whether a second person is needed for a money action."""

    verdict = forms.ChoiceField(label="判定", choices=[("", "選んでください"), *VERDICTS.items()])
    money_action = forms.ChoiceField(
        label="支払の扱い", choices=list(MONEY_ACTIONS.items()), required=False
    )
    reason_code = forms.CharField(label="理由コード", max_length=64, required=False)
    note = forms.CharField(
        label="メモ", max_length=4000, required=False, widget=forms.Textarea({"rows": 4})
    )
    decided_by = forms.CharField(label="判定者", max_length=100)
    second_by = forms.CharField(label="確認者（二人目）", max_length=100, required=False)
    evidence_seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, yen_at_risk: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.yen_at_risk = yen_at_risk

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        verdict, action = cleaned.get("verdict", ""), cleaned.get("money_action", "")
        if action and verdict in OPEN_VERDICTS:
            self.add_error("money_action", "確認中のままの判定では、支払の扱いを決められません。")
        if action in TAKING and verdict in CLEARING_VERDICTS:
            self.add_error("money_action", "問題なし・データの誤りでは、支払を止められません。")
        # a cleared flag lets its money go, also when nothing is said about it
        self._check_second_person(cleaned, bool(action) or verdict in CLEARING_VERDICTS)
        return cleaned

    def _check_second_person(self, cleaned: dict[str, Any], moves_money: bool) -> None:
        first, second = cleaned.get("decided_by", ""), cleaned.get("second_by", "")
        limit = settings.SECOND_PERSON_ABOVE_YEN
        if moves_money and self.yen_at_risk > limit and not second:
            self.add_error(
                "second_by", f"{limit:,}円を超える支払の扱いには二人目の確認が必要です。"
            )
        if second and _one_spelling(second) == _one_spelling(first):
            self.add_error("second_by", "判定者と確認者は別の人にしてください。")


def _one_spelling(name: str) -> str:
    """As the nights compare the two: case, width and spaces make nobody another person."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
