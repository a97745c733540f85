"""What a flag's page names: the shared values, the lost fields, the changes, the peers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.test import Client

Publish = Callable[..., None]
Tables = Callable[[str], None]
CUSTOMERS = """
create table restricted.customers as select * from (values
    ('contracts', 'crm', 'C-1', 'C-1', 'K-1', '株式会社青空', '青木', '0311112222'),
    ('contracts', 'crm', 'C-2', 'C-2', 'K-2', '株式会社海野', '海野', '0311112222'),
    ('contracts', 'crm', 'C-9', 'C-9', 'K-9', '無関係商店', '無関', '0399999999')
) as rows (entity, scope_id, united_id, record_id, customer_id, company_name, contact_name, phone),
(select null::varchar as corporate_number, null::varchar as email, null::varchar as prefecture,
    null::varchar as address, null::varchar as payer_account)
"""
CONTACTS = """
create table restricted.partner_contacts as select * from (values
    ('partner', 'crm', 'P-1', null, '緑川代理店', '0355556666'),
    ('rep', 'crm', 'P-1', 'R-1', '緑川', '0311112222'),
    ('partner', 'crm', 'P-2', null, '白鳥代理店', '0355556666')
) as rows (contact_kind, scope_id, partner_id, rep_id, contact_name, phone),
(select null::varchar as email, null::varchar as address, null::varchar as bank_account)
"""


def page_of(desk: Client, flag_id: str) -> str:
    response = desk.get("/flag/", {"id": flag_id})
    assert response.status_code == 200
    return response.content.decode()


def test_ring_names_the_parties_and_the_kinds_of_value_they_share(
    desk: Client, publish: Publish, personal: Tables
) -> None:
    publish({"flag_id": "ring:P-1", "rule_id": "ring", "subject_kind": "partner"})
    personal(CUSTOMERS)
    personal(CONTACTS)
    personal("""
        create table restricted.ring_ties as select * from (values
            (7, 'phone', 1, 'P-1', null), (7, 'phone', 1, null, 'K-1'),
            (7, 'phone', 1, null, 'K-2'), (7, 'account', 2, 'P-1', null),
            (7, 'account', 2, 'P-2', null), (8, 'email', 1, 'P-3', null)
        ) as ties (ring_id, identifier_kind, tie_number, partner_id, customer_id)
    """)
    page = page_of(desk, "ring:P-1")
    for shown in ("電話番号（1）", "口座（2）", "白鳥代理店 P-2", "株式会社海野（C-2）", "2件"):
        assert shown in page
    assert "メールアドレス（1）" not in page
    assert "無関係商店" not in page
    assert page.count("<mark>0311112222</mark>") == 3


def test_self_dealing_names_which_identifier_and_whose(
    desk: Client, publish: Publish, personal: Tables
) -> None:
    publish({})
    personal(CONTACTS)
    personal("""
        create table restricted.shared_identities as select * from (values
            ('C-1', 'email_domain', 'partner', 'P-2'), ('C-1', 'likeness', 'rep', 'R-5'),
            ('C-2', 'account', 'partner', 'P-2')
        ) as shared (contract_id, identifier_kind, holder_kind, holder_id)
    """)
    page = page_of(desk, "self_dealing:C-1")
    for shown in ("メールのドメイン（会社）", "白鳥代理店 P-2", "名称・連絡先の類似", "担当者 R-5"):
        assert shown in page
    assert page.count('data-label="誰のものか"') == 2


def test_blackout_names_field_loss_and_day(
    desk: Client, publish: Publish, personal: Tables
) -> None:
    publish({"flag_id": "coverage_blackout:P-1", "rule_id": "coverage_blackout"})
    personal("""
        create table restricted.fields_lost as select 'P-1' as partner_id, 'leads' as entity,
            'phone' as field, date '2026-10-15' as since_on, 0.95::decimal(9, 6) as rate_before,
            0.1::decimal(9, 6) as rate_now, 85::decimal(9, 2) as lost_points, 20 as row_count
    """)
    page = page_of(desk, "coverage_blackout:P-1")
    for shown in ("リードの電話番号", "95.0%", "10.0%", "−85.00ポイント", "2026-10-15 受領分から"):
        assert shown in page


def test_drift_names_field_direction_period_and_yen(
    desk: Client, publish: Publish, figures: Tables
) -> None:
    publish({"flag_id": "post_close_drift:C-1", "rule_id": "post_close_drift"})
    figures("""
        create table marts.post_close_drift as select * from (values
            ('C-1', date '2026-10-15', 'initial_yen', '44000', '40000', '2026-09', -680),
            ('C-1', date '2026-10-15', 'starts_on', '2026-09-01', '2026-10-01', '2026-09', -680),
            ('C-2', date '2026-10-15', 'monthly_yen', '1', '2', '2026-08', 5)
        ) as drift (contract_id, changed_on, field, old_value, new_value, closed_period, effect_yen)
    """)
    page = page_of(desk, "post_close_drift:C-1")
    for shown in ("初期費用", "44,000円 → 40,000円", "減", "2026-09", "-680円", "後ろへ", "同上"):
        assert shown in page
    assert "2026-08" not in page
    assert page.count("-680円") == 1


def test_statistical_flag_shows_the_partners_own_rate_beside_its_peers(
    desk: Client, publish: Publish, figures: Tables
) -> None:
    publish(
        {
            "observed_value": "odd_hours_rate=0.4, odd_hours_q=0.01",
            "bound": "odd_hours_rate < 0.3 or odd_hours_q > 0.05",
            "peer_count": 60,
        }
    )
    figures("""
        create table marts.fct_partner_scores as select 'P-1' as partner_id, 'odd_hours' as
            measure, 94 as hits, 235 as size, 0.4 as rate, 0.05 as expected_rate, 8.0 as ratio,
            0.9 as share_of_peers_below, 60 as peer_count
    """)
    page = page_of(desk, "self_dealing:C-1")
    for shown in ("<b>40.0%</b>（235件中94件）", "60社の水準 <b>5.0%</b>", "90%はこれより低い"):
        assert shown in page


@pytest.mark.parametrize(
    "flag, shown",
    [
        ({"is_current": False}, "判定するまで、確認中のまま支払の保留が続きます"),
        ({"is_current": False, "is_holding": False}, "該当しなくなっています"),
    ],
)
def test_flag_that_is_no_longer_hit_says_so(
    desk: Client, publish: Publish, flag: dict[str, Any], shown: str
) -> None:
    publish(flag)
    assert shown in page_of(desk, "self_dealing:C-1")
    publish({})
    assert "該当しなくなっています" not in page_of(desk, "self_dealing:C-1")


def test_queue_shows_due_day_and_hold(desk: Client, publish: Publish, figures: Tables) -> None:
    publish({}, {"flag_id": "b", "is_holding": False}, {"flag_id": "c", "is_current": False})
    figures("create table marts._build as select date '2026-11-20' as business_day")
    flags = {flag["flag_id"]: flag for flag in desk.get("/").context["flags"]}
    page = desk.get("/").content.decode()
    assert "2026-11-30" in page
    assert "あと10日" in page
    states = [flags[name]["hold_state"] for name in ("self_dealing:C-1", "b", "c")]
    assert states == ["held", "released", "held_without_hit"]


def test_partner_that_is_a_person_is_found_as_a_customers_contact(
    desk: Client, publish: Publish, personal: Tables
) -> None:
    publish({})
    personal(CUSTOMERS)
    personal(CONTACTS)
    personal("update restricted.partner_contacts set contact_name = '青木' where rep_id is null")
    assert page_of(desk, "self_dealing:C-1").count("<mark>青木</mark>") == 2


def test_who_shares_something_is_shown_before_the_crowd(
    desk: Client, publish: Publish, personal: Tables
) -> None:
    publish({})
    personal(CUSTOMERS)
    personal(CONTACTS)
    personal("""
        insert into restricted.partner_contacts
        select 'rep', 'crm', 'P-1', 'A-' || n, '担当' || n, '090' || n, null, null, null
        from range(100) as numbers (n)
    """)
    page = page_of(desk, "self_dealing:C-1")
    assert page.count("<mark>0311112222</mark>") == 2
    assert "ほかに" in page


def test_missing_document_is_named_beside_those_that_came(
    desk: Client, publish: Publish, figures: Tables
) -> None:
    publish({"flag_id": "consent_missing:C-1", "rule_id": "consent_missing"})
    figures("""
        create table marts.fct_commission_decisions as select * from (values
            ('C-1', 'waiting_evidence', 'seller', 'onboarding', date '2026-09-01',
                'onboarding_report'),
            ('C-1', 'owed', 'seller', 'contract', date '2026-08-01', ''),
            ('C-2', 'waiting_evidence', 'seller', 'contract', date '2026-07-07', 'consent_form')
        ) as rows (contract_id, outcome, role, stage, occurred_on, missing_evidence);
        create table marts.fct_funnel_events as select 'C-1' as contract_id,
            'consent_form;application_form' as evidence
    """)
    page = page_of(desk, "consent_missing:C-1")
    for shown in ('<td data-label="未着の書類"><div>導入報告書', "<div>同意書", "2026-09-01"):
        assert shown in page
    assert "2026-07-07" not in page


def test_hugged_tiers_are_named_with_month_and_sales(
    desk: Client, publish: Publish, personal: Tables
) -> None:
    publish({"flag_id": "threshold_hugging:P-1", "rule_id": "threshold_hugging"})
    personal("""
        create table restricted.windows_hugged as select * from (values
            ('P-1', 'contract', 'month', '2026-09', 'count', 100, 103, 1, false),
            ('P-1', 'contract', 'month', '2025-01', 'count', 100, 101, 9, false)
        ) as rows (partner_id, stage, window_kind, last_period, tier_measure, from_value, quantity,
            windows_ago, is_minimum)
    """)
    page = page_of(desk, "threshold_hugging:P-1")
    for shown in ("2026-09（月）", "100件", "103件", "+3件（3.0%）"):
        assert shown in page
    assert "2025-01" not in page


def test_contract_without_use_names_its_unpaid_fees(
    desk: Client, publish: Publish, personal: Tables
) -> None:
    publish({"flag_id": "ghost_contract:C-1", "rule_id": "ghost_contract"})
    personal("""
        create table restricted.fees_unpaid as select * from (values
            ('C-1', date '2026-08-31'), ('C-1', date '2026-09-30'), ('C-2', date '2026-01-31')
        ) as rows (contract_id, due_on)
    """)
    page = page_of(desk, "ghost_contract:C-1")
    for shown in ("2回", "2026-08-31", "2026-09-30"):
        assert shown in page
    assert "2026-01-31" not in page


def test_likeness_that_a_reviewer_made_says_so(
    desk: Client, home: Path, publish: Publish, personal: Tables
) -> None:
    publish({})
    personal(CUSTOMERS)
    personal("""
        create table restricted.shared_identities as select * from (values
            ('C-1', 'likeness', 'rep', 'R-5'), ('C-1', 'likeness', 'rep', 'R-6')
        ) as shared (contract_id, identifier_kind, holder_kind, holder_id)
    """)
    batch = home / "lake" / "raw" / "batch=2026-10-31#1"
    batch.mkdir(parents=True)
    word = {"first_record": "contracts:crm:C-1", "_known_at": datetime(2026, 10, 31)}
    words = [
        word | {"second_record": "partner_reps:crm:R-5", "verdict": "same", "decided_at": day}
        for day in (datetime(2026, 10, 1), datetime(2026, 10, 3))
    ]
    other = words[0] | {"second_record": "partner_reps:crm:R-6"}
    taken_back = [other, other | {"verdict": "open", "decided_at": datetime(2026, 10, 2)}]
    pl.DataFrame([*words, *taken_back]).write_parquet(batch / "identity_decisions.parquet")
    page = page_of(desk, "self_dealing:C-1")
    assert page.count("審査担当の判定による（名寄せ確認）") == 1
    assert page.count("名称・連絡先の類似") == 1


def test_released_flag_names_what_still_holds_its_lines(
    desk: Client, publish: Publish, figures: Tables
) -> None:
    publish({"is_holding": False}, {"flag_id": "ghost_contract:C-1"})
    figures("""
        create table marts.fct_commission_availability as select * from (values
            ('k1', 'P-1', 'L-1', 'C-1', 1200, true, 'ghost_contract:C-1;ring:P-1'),
            ('k2', 'P-1', 'L-1', 'C-1', 300, true, 'ghost_contract:C-1'),
            ('k3', 'P-1', 'L-2', 'C-2', 70, true, 'ring:P-1')
        ) as rows (line_key, partner_id, lead_id, contract_id, posted_yen, is_held, hold_flag_ids)
    """)
    page = page_of(desk, "self_dealing:C-1")
    for shown in ("ほかの検知による保留", "id=ghost_contract%3AC-1", "1,500円", "1,200円"):
        assert shown in page
    assert "ほかの検知による保留" not in page_of(desk, "ghost_contract:C-1")
