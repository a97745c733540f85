"""When partners submit and what contacts they state: the offence, its look-alike, the unknown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import polars as pl

from ingestion.values.emails import read_emails
from ingestion.values.phones import read_phones

NIGHT = "2026-06-30#1"  # a Tuesday
BAD_MAILS = ["a@mailinator.com", "b@x.mailinator.com", "c@-bad-.jp", "taro@example.com"]
BAD_PHONES = ["090-0000-0000", "12345", "03-0000-0000"]
# People's habits: an extension, two numbers, two addresses, words, nothing.
HABITS = [
    {"phone": "03-3456-7890 内線12"},
    {"phone": "03-3456-7890/090-1234-5678"},
    {"email": "a@x.co.jp;b@x.co.jp"},
    {"phone": "なし", "email": "なし"},
    {},
]


def tokyo(*moment: int) -> datetime:
    """Naive UTC of a clock in Tokyo."""
    return datetime(*moment) - timedelta(hours=9)  # type: ignore[misc, arg-type]


class Leads:
    """Leads of one partner, numbered as they come, with contacts read as ingestion reads them."""

    def __init__(self, build: SimpleNamespace, name: str) -> None:
        self.build, self.name = build, name
        self.rows = [build.a_partner(f"P-{name}"), build.a_rep(f"R-{name}", f"P-{name}")]

    def add(self, at: datetime, **more: Any) -> None:
        number = f"{self.name}-{len(self.rows)}"
        given = {"partner_id": f"P-{self.name}", "rep_id": f"R-{self.name}", "customer": number}
        given |= {"registered_at": at, "company_name": number} | _read(more)
        self.rows.append(self.build.a_lead(f"L-{number}", **given))

    def all(self, moments: Sequence[datetime], **more: Any) -> Leads:
        for at in moments:
            self.add(at, **more)
        return self


def _read(more: dict[str, Any]) -> dict[str, Any]:
    found = dict(more)
    if more.get("phone"):
        phone = read_phones(pl.Series([more["phone"]])).row(0, named=True)
        found |= {"phone": phone["value"], "phone_is_valid": phone["is_valid"]}
    if more.get("email"):
        mail = read_emails(pl.Series([more["email"]])).row(0, named=True)
        found |= {"email": mail["value"], "email_is_valid": mail["is_valid"]}
        found |= {"email_domain": mail["domain"]}
    return found


def contacts(build: SimpleNamespace) -> list[Any]:
    """P-BAD invents contacts, P-HABIT writes as people do, P-BARE states none."""
    bad, habit = Leads(build, "BAD"), Leads(build, "HABIT")
    for mail in BAD_MAILS:
        bad.add(tokyo(2026, 6, 1, 10), email=mail)
    for phone in BAD_PHONES:
        bad.add(tokyo(2026, 6, 1, 10), phone=phone)
    bad.add(tokyo(2026, 6, 1, 10), phone="03-3456-7890", email="suzuki@firma.co.jp")
    for given in HABITS:
        habit.add(tokyo(2026, 6, 1, 10), **given)
    habit.add(tokyo(2026, 6, 1, 10), phone="03-3456-7890 内線12", email="sato@firma.co.jp")
    return [*bad.rows, *habit.rows, *Leads(build, "BARE").all([tokyo(2026, 6, 1, 10)]).rows]


def farms(build: SimpleNamespace) -> list[Any]:
    """Four or five leads a partner, a day apart; `-1` is the first of each."""

    def four(name: str, contacts: Sequence[dict[str, Any]], days: int = 1) -> list[Any]:
        leads = Leads(build, name)
        for place, given in enumerate(contacts):
            leads.add(tokyo(2026, 5, 1, 10) + timedelta(days=days * place), **given)
        return leads.rows[:1] + leads.rows[2:]

    mails = ["farm1@gmail.com", "fa.rm22@gmail.com", "farm+x@gmail.com", "farm-9@gmail.com"]
    lines = [f"03-3456-78{number}" for number in (98, 99)] + ["03-3456-7900", "03-3456-7901"]
    place = {"address": "港区芝1-2-3", "prefecture": "東京都"}
    office = {"address": "中央区銀座4-5-6", "prefecture": "東京都"}
    vague = {"address": "千代田区", "prefecture": "東京都"}
    one = {"customer": "FARM-ONE", "company_name": "一社"}
    return [
        *four("FMAIL", [{"email": mail} for mail in mails]),
        *four("FLINE", [{"phone": phone} for phone in lines]),
        *four("FPLACE", [place] * 4),
        *four("FBOX", [{"email": "one@gmail.com"}] * 5),
        # Every company has an info@, and one company has many mailboxes and lines.
        *four("FINFO", [{"email": f"info@firma{place}.co.jp"} for place in range(5)]),
        *four("FONE", [{"email": mail} | one for mail in mails]),
        *four("FLINES", [{"phone": phone} | one for phone in lines]),
        *four("FOFFICE", [office] * 4),
        build.a_lead("L-OFFICE", channel="marketing", customer="OFFICE", **office),
        *four("FVAGUE", [vague] * 4),
        *four("FSLOW", [{"email": mail} for mail in mails], days=3),
        *four("FNONE", [{}] * 4),
    ]


def hours(build: SimpleNamespace) -> list[Any]:
    """Submissions by the clock: 20 by day (and what else the name says)."""
    by_day = [tokyo(2026, 5, 1 + n, 10 + n % 8, 7, n) for n in range(20)]
    exports = [tokyo(2026, 5, 1 + n % 4, 2, 0) for n in range(20)]
    uploads = [tokyo(2026, 5, 1 + n % 4, 2, 0, n // 4) for n in range(20)]
    return [
        *Leads(build, "NIGHT").all(by_day).all([tokyo(2026, 6, n, 4, 59) for n in (1, 2)]).rows,
        *Leads(build, "STAMP").all(by_day).all([tokyo(2026, 6, 1, 15)] * 8).rows,
        *Leads(build, "DAY").all(by_day).all([tokyo(2026, 6, 1, 5)] * 5).rows,
        *Leads(build, "EXPORT").all(exports).rows,
        *Leads(build, "UPLOAD").all(uploads).rows,
        *Leads(build, "DATES").all([tokyo(2026, 5, n, 0) for n in range(1, 21)]).rows,
        # The partner states its own time; when the file arrived says nothing.
        *_stated(build),
    ]


def _stated(build: SimpleNamespace) -> list[Any]:
    rows = [
        build.a_lead(
            f"s-{day}",
            uploader="P-STATED",
            customer=f"S-{day}",
            registered_at=tokyo(2026, 5, day, 3, day),
            _known_at=datetime(2026, 6, 1),
        )
        for day in range(1, 4)
    ]
    return [build.a_partner("P-STATED"), *rows]


def paces(build: SimpleNamespace) -> list[Any]:
    """A rep's own habit is a lead a day for thirty days, at uneven minutes."""
    habit = [tokyo(2026, 4, 1 + n, 9 + n * 7 % 9, n * 13 % 60, n) for n in range(30)]
    fair = [tokyo(2026, 6, 1, 14, n * n % 59, n) for n in range(20)]
    even = [tokyo(2026, 6, 1, 10) + timedelta(seconds=421 * n) for n in range(10)]
    upload = [tokyo(2026, 6, 1, 14, 0, n) for n in range(40)]
    minutes = [tokyo(2026, 6, 1, 10, n) for n in range(5)] + [tokyo(2026, 6, 1, 10, 9)]
    heaps = [
        tokyo(2026, 4, 1 + week, 15, n * (n + 1) // 2 + week % 3, 11 * n % 60)
        for week in range(25)
        for n in range(2 + 9 * (week % 4 == 0))
    ]
    return [
        *Leads(build, "BURST").all(habit).all(fair).rows,
        *Leads(build, "EVEN").all(habit).all(even).rows,
        *Leads(build, "STEADY").all(habit).rows,
        *Leads(build, "BATCH").all(habit).all([tokyo(2026, 6, 1, 14)] * 40).rows,
        *Leads(build, "IMPORT").all(habit).all(upload).rows,
        *Leads(build, "MINUTES").all([at.replace(second=0) for at in habit]).all(minutes).rows,
        *Leads(build, "HEAPS").all(heaps).rows,
        *Leads(build, "FEW").all(fair[:10]).rows,
        *Leads(build, "UNTIMED").all([tokyo(2026, 5, n, 0) for n in range(1, 31)]).rows,
    ]


def closings(build: SimpleNamespace) -> list[Any]:
    """Contracts of P-CLOSE: April 2026 ends with a holiday on the 29th, so its last three business
    days are Mon 27, Tue 28 and Thu 30; October 2025 ends on a Friday."""
    signed = {
        "SPIKE": (date(2026, 4, 27), None),
        "BEFORE": (date(2026, 4, 24), None),
        "HOLIDAY": (date(2026, 4, 29), None),
        "KEPT": (date(2025, 10, 29), date(2026, 6, 1)),
        "GONE": (date(2025, 10, 31), date(2025, 12, 1)),
        "EARLY": (date(2025, 10, 28), date(2025, 12, 1)),
        "UNSIGNED": (None, None),
        "FUTURE": (date(2026, 7, 31), None),
    }
    rows = [
        build.a_contract(f"C-{name}", partner_id="P-CLOSE", contracted_on=on, cancelled_on=gone)
        for name, (on, gone) in signed.items()
    ]
    young = build.a_contract("C-YOUNG", partner_id="P-YOUNG", contracted_on=date(2026, 5, 29))
    return [build.a_partner("P-CLOSE"), build.a_partner("P-YOUNG"), *rows, young]
