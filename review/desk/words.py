"""The Japanese words of the desk. Neutral until a person has decided: 確認中."""

from __future__ import annotations

VERDICTS = {
    "confirmed": "違反を確認",
    "policy_breach": "規約違反",
    "suspicious_unproven": "疑義あり・未確定",
    "false_positive": "問題なし（誤検知）",
    "data_error": "データの誤り",
    "escalate": "上位者へ相談（確認中のまま）",
    "ask_partner": "代理店へ照会（確認中のまま）",
}
# These leave the flag open: somebody else is asked first.
OPEN_VERDICTS = ("escalate", "ask_partner")
MONEY_ACTIONS = {
    "": "（なし）",
    "release": "支払を再開",
    "withhold": "支払を保留",
    "claw_back": "返還を求める",
    "penalty": "違約金",
}
SEVERITIES = {"critical": "最重要", "high": "重要", "medium": "中", "low": "低"}
# Most urgent first; the queue is ordered by this rank.
SEVERITY_RANKS = {"critical": 0, "high": 1, "medium": 2, "low": 3}
SUBJECTS = {"lead": "リード", "contract": "契約", "partner": "代理店", "rep": "担当者"}
HOLDS = {"none": "なし", "lead": "リード", "contract": "契約", "partner": "代理店全体"}
STATUSES = {"open": "確認中", "decided": "判定済み", "all": "すべて"}
