"""Blind checks at the desk: the month's draw, its pages, its verdicts."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from review.desk.models import Decision

AUDIT = "/audit/?id=random_audit:C-7"
VERDICT = {
    "verdict": "confirmed",
    "decided_by": "佐藤",
    "note": "本人確認できず",
    "decisions_seen": "0",
}


@pytest.fixture(autouse=True)
def draw(publish: Callable[..., None], figures: Callable[[str], None]) -> None:
    publish({})
    figures("""
        create table marts.audit_sample as select * from (values
            ('random_audit:C-7', 'C-7', 'P-1', 2, null),
            ('random_audit:C-8', 'C-8', 'P-2', 1, null),
            ('random_audit:C-9', 'C-9', 'P-2', 3, 'false_positive')
        ) as sample (flag_id, contract_id, partner_id, draw, verdict);
        create table marts.fct_contracts as select contract_id, partner_id, 'L-7' as lead_id,
            'R-1' as rep_id, 'PR-1' as product_id, date '2026-10-01' as agreed_on,
            date '2026-10-05' as contracted_on, date '2026-11-01' as starts_on, 12 as term_months,
            30000 as initial_yen, 5000 as monthly_yen, 0.05 as discount_rate,
            'active' as contract_status, null::date as cancelled_on,
            null::varchar as cancel_reason, repeat('a', 64) as file_sha256, 12 as row_number
        from marts.audit_sample;
        create table marts.fct_funnel_events as select * from (values
            ('contract:C-7', 'C-7', 'L-7', date '2026-10-05', 'contract', 30000, 'consent_form',
                'both', repeat('a', 64), 12)
        ) as events (funnel_event_id, contract_id, lead_id, occurred_on, stage, amount_yen,
            evidence, source, file_sha256, row_number);
        create table marts.fct_commission_decisions as select 'x' as decision_row_id,
            'C-7' as contract_id, date '2026-10-05' as occurred_on, 'contract' as stage,
            'parent' as role, 'P-UP' as partner_id, 'owed' as outcome, 3000 as amount_yen,
            '報酬3,000円です。' as sentence_ja
    """)


def listed(desk: Client, status: str = "open") -> list[str]:
    response = desk.get(f"/audits/?status={status}")
    return [audit["contract_id"] for audit in response.context["audits"]]


def test_draw_is_listed_in_its_order_without_what_is_decided(desk: Client) -> None:
    assert listed(desk) == ["C-8", "C-7"]
    assert listed(desk, "decided") == ["C-9"]
    assert listed(desk, "all") == ["C-8", "C-7", "C-9"]


def test_page_of_a_blind_check_shows_the_contract(desk: Client) -> None:
    page = desk.get(AUDIT).content.decode()
    for shown in (
        "契約 2026-10-05",
        "30,000円",
        "同意書",
        "報酬3,000円です。",
        "P-UP",
        "一次店として",
    ):
        assert shown in page


def test_every_line_of_a_blind_check_names_its_partner(desk: Client) -> None:
    page = desk.get(AUDIT).content.decode()
    assert 'data-label="代理店"> P-UP<br><small>一次店として' in page


def test_address_as_of_a_flag_leads_to_the_blind_check(desk: Client) -> None:
    response = desk.get("/flag/?id=random_audit:C-7", follow=True)
    assert response.status_code == 200
    assert "抜取監査 C-7" in response.content.decode()


def test_verdict_on_a_blind_check_is_exported_for_the_night(desk: Client, home: Path) -> None:
    assert desk.post(AUDIT, VERDICT).status_code == 302
    with (home / "inbox" / "review" / "decisions.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["flag_id"], row["verdict"]) == ("random_audit:C-7", "confirmed")
    assert (row["money_action"], row["evidence_seen"]) == ("", "")
    assert listed(desk) == ["C-8"]
    assert "違反を確認" in desk.get("/audits/?status=decided").content.decode()


def test_blind_check_that_is_asked_about_stays_open(desk: Client) -> None:
    desk.post(AUDIT, VERDICT | {"verdict": "ask_partner"})
    assert listed(desk) == ["C-8", "C-7"]


@pytest.mark.parametrize("change", [{"decided_by": ""}, {"verdict": ""}, {"decisions_seen": ""}])
def test_incomplete_verdict_on_a_blind_check_is_refused(
    desk: Client, change: dict[str, Any]
) -> None:
    assert desk.post(AUDIT, VERDICT | change).status_code == 422
    assert Decision.objects.count() == 0


def test_decided_check_stays_when_its_contract_has_left_the_draw(
    desk: Client, figures: Callable[[str], None]
) -> None:
    desk.post(AUDIT, VERDICT)
    figures("delete from marts.audit_sample where contract_id = 'C-7'")
    assert listed(desk, "decided") == ["C-9", "C-7"]
    assert "本人確認できず" in desk.get(AUDIT).content.decode()


def test_contract_outside_the_draw_has_no_page(desk: Client) -> None:
    assert desk.get("/audit/?id=random_audit:C-1").status_code == 404


def test_row_of_a_blind_check_opens(desk: Client) -> None:
    row = {"id": "random_audit:C-7", "file": "a" * 64, "row": "12"}
    assert desk.get("/row/", row).status_code == 200
