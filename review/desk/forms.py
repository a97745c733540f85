"""The forms of verdicts: what a decision must say before it is written."""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms
from django.conf import settings

from review.desk.decisions import TYPED
from review.desk.words import (
    AUDIT_VERDICTS,
    MONEY_ACTIONS,
    OPEN_VERDICTS,
    PAIR_VERDICTS,
    VERDICTS,
)
from review.names import folded, is_name

# Actions that take money away; each needs a verdict that says why.
TAKING = ("withhold", "claw_back", "penalty")
CLEARING_VERDICTS = ("false_positive", "data_error")
# What the nights do not carry out otherwise (docs/commission.md, effects of decisions).
FINAL_ACTIONS = ("claw_back", "penalty")
DEALS = ("lead", "contract")
# What the text of several lines may hold beside printable characters.
LINE_BREAKS = {"note": "\t\r\n"}
# What a wrong encoding leaves, and what turns the direction of writing: it would read otherwise.
_REFUSED = "\ufffd\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_NOT_SEEN = (
    "どの時点の画面での判定か分かりません。"
    "このページの内容と履歴を確認して、もう一度記録してください。"
)
_CHOOSE = ("", "選んでください")


class DecisionForm(forms.Form):  # type: ignore[misc]
    """What every decision says. `decisions_seen`: how many its author saw on the page; without it
    nobody could tell whether somebody else has decided meanwhile.

    What the next night would reject is refused here, while somebody looks.
    """

    note = forms.CharField(
        label="メモ", max_length=4000, required=False, widget=forms.Textarea({"rows": 4})
    )
    decided_by = forms.CharField(label="判定者", max_length=100)
    decisions_seen = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("decisions_seen") is None:
            self.add_error(None, _NOT_SEEN)
        self._check_characters(cleaned)
        if cleaned.get("decided_by") and not is_name(cleaned["decided_by"]):
            self.add_error("decided_by", "判定者の氏名を入力してください。")
        return cleaned

    def _check_characters(self, cleaned: dict[str, Any]) -> None:
        for name in TYPED:
            text, allowed = cleaned.get(name) or "", LINE_BREAKS.get(name, "")
            if any(
                c in _REFUSED or (unicodedata.category(c) == "Cc" and c not in allowed)
                for c in text
            ):
                self.add_error(
                    name,
                    "取り込めない文字（制御文字・書字方向の文字・文字化け）があります。消してから記録してください。",
                )


class AuditForm(DecisionForm):
    """A verdict on a contract drawn for a blind check: no flag, so no money waits for it."""

    verdict = forms.ChoiceField(label="判定", choices=[_CHOOSE, *AUDIT_VERDICTS.items()])
    reason_code = forms.CharField(label="理由コード", max_length=64, required=False)
    field_order = ("verdict", "reason_code", "note", "decided_by")


class PairForm(DecisionForm):
    """A word on whether two records are one customer."""

    verdict = forms.ChoiceField(label="判定", choices=[_CHOOSE, *PAIR_VERDICTS.items()])
    field_order = ("verdict", "note", "decided_by")


class VerdictForm(DecisionForm):
    """`yen_at_risk` decides whether a second person is needed for a money action.

    What the next night would leave without effect is refused here, too.
    """

    verdict = forms.ChoiceField(label="判定", choices=[_CHOOSE, *VERDICTS.items()])
    money_action = forms.ChoiceField(
        label="支払の扱い", choices=list(MONEY_ACTIONS.items()), required=False
    )
    reason_code = forms.CharField(label="理由コード", max_length=64, required=False)
    second_by = forms.CharField(label="確認者（二人目）", max_length=100, required=False)
    evidence_seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    field_order = (
        "verdict",
        "money_action",
        "reason_code",
        "note",
        "decided_by",
        "second_by",
    )

    def __init__(self, *args: Any, yen_at_risk: int, subject_kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.yen_at_risk = yen_at_risk
        self.subject_kind = subject_kind

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        verdict, action = cleaned.get("verdict", ""), cleaned.get("money_action", "")
        if action and verdict in OPEN_VERDICTS:
            self.add_error("money_action", "確認中のままの判定では、支払の扱いを決められません。")
        if action in TAKING and verdict in CLEARING_VERDICTS:
            self.add_error("money_action", "問題なし・データの誤りでは、支払を止められません。")
        self._check_effect(verdict, action)
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
        if second and not is_name(second):
            self.add_error("second_by", "確認者の氏名を入力してください。")
        if second and folded(second) == folded(first):
            self.add_error("second_by", "判定者と確認者は別の人にしてください。")

    def _check_effect(self, verdict: str, action: str) -> None:
        if action in FINAL_ACTIONS and verdict == "suspicious_unproven":
            self.add_error(
                "money_action", "返還・違約金は「違反を確認」または「規約違反」の判定で行います。"
            )
        if action == "claw_back" and self.subject_kind not in DEALS:
            self.add_error(
                "money_action",
                "返還は契約・リードごとに求めます。対象の契約・リードの検知で判定してください。",
            )
