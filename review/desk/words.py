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
# What nobody had flagged is no false alarm.
AUDIT_VERDICTS = VERDICTS | {"false_positive": "問題なし"}
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
# What customers and sellers can have in common.
IDENTIFIERS = {
    "corporate_number": "法人番号",
    "phone": "電話番号",
    "email": "メールアドレス",
    "email_domain": "メールのドメイン（会社）",
    "address": "住所",
    "account": "口座",
    "likeness": "名称・連絡先の類似",
    "word": "審査担当の判定による（名寄せ確認）",
}
# Why a flag stands as it does (marts.flags, status_reason).
REASONS = {
    "no_decision": "まだ判定がありません。",
    "decision_without_evidence": "これまでの判定は、見た証拠を示していないため効力がありません。",
    "new_evidence": "判定の後に新しい証拠が加わったため、もう一度判定してください。",
    "undecided": "相談・照会中です。",
    "needs_second": "判定には二人目の確認が必要です。確認者を添えて、もう一度判定してください。",
    "needs_verdict": "支払の扱いが判定と合わず、効力がありません。もう一度判定してください。",
    "needs_deal": "返還は契約・リードごとに求めます。返還なしで判定してください。",
    "no_clause": "違約金の条項が代理店契約にないため、判定に効力がありません。",
    "ambiguous_clause": "違約金の条項が複数あり、判定に効力がありません。条項を定めてください。",
    "unseen_evidence": "判定が見た証拠は検知されていません。もう一度判定してください。",
    "decided": "判定済みです。",
}
PAIR_VERDICTS = {
    "same": "同じ顧客（同一人・同一社）",
    "not_same": "別の顧客",
    "open": "判断を取り消す（システムに任せる）",
}
STATUSES = {"open": "確認中", "decided": "判定済み", "all": "すべて"}
# How the bounds of a rule with several join: what is needed to be clear.
JOINS = {
    "any": "どれか一つでも基準内なら検知しません。",
    "all": "一つでも基準から外れると検知します。",
}
STAGES = {
    "lead": "リード獲得",
    "agreement": "申込の合意形成",
    "contract": "申込・契約",
    "onboarding": "導入",
    "customer_success": "運用",
    "renewal": "更新・継続",
    "upsell": "アップセル・クロスセル",
    "cancellation": "解約",
    "reinstatement": "解約取消",
    "first_use": "利用開始",
}
CONTRACT_STATUSES = {
    "agreed": "合意",
    "active": "契約中",
    "cancelled": "解約",
    "lost": "失注",
}
# Which doors tell of an event.
SOURCES = {"crm": "CRM", "partner": "代理店", "both": "CRM・代理店"}
DOCUMENTS = {
    "consent_form": "同意書",
    "application_form": "申込書",
    "onboarding_report": "導入報告書",
    "success_report": "運用報告書",
}
WINDOWS = {"month": "月", "quarter": "四半期", "fiscal_year": "年度"}
CHANNELS = {"partner": "代理店", "marketing": "マーケティング", "sales": "自社営業"}
# What a decision does to money (marts.decision_effects).
EFFECTS = {
    "effective": "効力があります",
    "reversed": "後の判定で取り消されました",
    "no_action": "支払の扱いはありません",
    "unseen_evidence": "見た証拠が検知と合わないため、支払には効力がありません",
    "needs_verdict": "判定と支払の扱いが合わないため、支払には効力がありません",
    "needs_second": "二人目の確認がないため、支払には効力がありません",
    "needs_deal": "対象が契約・リードでないため、支払には効力がありません",
    "no_clause": "代理店契約に条項がないため、支払には効力がありません",
    "ambiguous_clause": "代理店契約の条項が定まらないため、支払には効力がありません",
}
# In which role a partner earns a line, where it did not sell itself.
ROLES = {"parent": "一次店として"}
