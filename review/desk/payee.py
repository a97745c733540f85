"""Which payments fall right after a change of a partner's bank account, from the rows that tell."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

from django.utils import timezone

from review.desk.parts import Finding, cells, last_digits

# As the measure counts (int_payees_paid).
_WITHIN = timedelta(days=14)
_TITLE = "口座の変更と、その直後の支払"
_HINT = "口座の変更から14日以内の支払です。支払日は、支払の記録か代理店契約の支払日によります。"
_HEADERS = ("変更日", "前の口座 → 新しい口座", "支払", "根拠")


def list_payments(rows: dict[str, list[dict[str, Any]]]) -> Finding:
    """A row for each payment within 14 days after a change; `rows`: entity → its lake rows."""
    told = sorted(rows.get("partners", []), key=_told_at)
    lines = []
    for former, new in pairwise(told):
        if former["bank_account"] == new["bank_account"]:
            continue
        changed_on = timezone.localtime(_told_at(new)).date()
        accounts = f"{last_digits(former['bank_account'])} → {last_digits(new['bank_account'])}"
        for paid_on, ground in _payments(rows, changed_on):
            if changed_on <= paid_on <= changed_on + _WITHIN:
                lines.append(cells(str(changed_on), accounts, str(paid_on), ground))
    return Finding(_TITLE, _HINT, _HEADERS, lines)


def _told_at(row: dict[str, Any]) -> datetime:
    at: datetime = row["updated_at"] or row["known_at"]
    return at.replace(tzinfo=UTC)


def _payments(rows: dict[str, list[dict[str, Any]]], changed_on: date) -> list[tuple[date, str]]:
    paid = [
        (row["paid_on"], f"支払 {row['payout_id']}（{row['amount_yen']:,}円）")
        for row in rows.get("payouts", [])
    ]
    following = (changed_on.replace(day=1) + timedelta(days=31)).replace(day=1)
    agreed = [
        (_day(month, row["payment_day"]), f"契約書 {row['agreement_id']}の支払日")
        for row in rows.get("agreements", [])
        if row["payment_day"]
        and (row["effective_from"] or changed_on) <= changed_on
        and changed_on <= (row["effective_to"] or changed_on)
        for month in (changed_on, following)
    ]
    return sorted(set(paid + agreed))


def _day(month: date, day: int) -> date:
    """That day of the month, or its last one."""
    return month.replace(day=min(day, monthrange(month.year, month.month)[1]))
