"""What reviewers are told beside a measure says the same as the measure (schema restricted)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import duckdb

Lake = duckdb.DuckDBPyConnection


def test_ring_ties_name_the_customers_that_the_measure_counts(judged_lake: Lake) -> None:
    different = judged_lake.sql("""
        with named as (
            select mine.partner_id, count(distinct theirs.customer_id) as customer_count
            from restricted.ring_ties as mine
            inner join restricted.ring_ties as theirs on mine.ring_id = theirs.ring_id
            where mine.partner_id is not null
            group by mine.partner_id
        )
        select partner_id, ring_customer_count, customer_count
        from marts.fct_partner_conduct as measured
        full join named using (partner_id)
        where coalesce(ring_customer_count, 0) is distinct from coalesce(customer_count, 0)
    """)
    assert different.fetchall() == []


def test_ring_ties_name_the_kind_of_every_shared_value(judged_lake: Lake) -> None:
    ties = judged_lake.sql("""
        select tie_number, identifier_kind, count(partner_id), count(customer_id)
        from restricted.ring_ties
        where ring_id = (select ring_id from restricted.ring_ties where partner_id = 'P-RG-CHAIN1')
        group by all
        order by all
    """)
    assert ties.fetchall() == [
        (1, "account", 0, 2),
        (2, "email", 0, 2),
        (3, "phone", 1, 1),
        (4, "phone", 1, 1),
    ]


def test_shared_identities_stand_for_every_contract_that_shares_one(judged_lake: Lake) -> None:
    unnamed = judged_lake.sql("""
        select contract_id from marts.fct_contract_conduct where shares_identity_with_partner
        except
        select contract_id from restricted.shared_identities
    """)
    assert unnamed.fetchall() == []


def test_shared_identities_name_kind_and_holder(judged_lake: Lake) -> None:
    shared = judged_lake.sql("""
        select * from restricted.shared_identities
        where contract_id in ('C-PHONE', 'C-REP', 'C-SUB', 'C-LEAD', 'C-OTHER')
        order by all
    """)
    assert shared.fetchall() == [
        ("C-LEAD", "phone", "partner", "P-ID"),
        ("C-PHONE", "phone", "partner", "P-ID"),
        ("C-REP", "email", "partner", "P-ID"),
        ("C-SUB", "account", "partner", "P-SUB"),
    ]


def test_fields_lost_name_field_rates_and_first_day(judged_lake: Lake) -> None:
    lost = judged_lake.sql("""
        select entity, field, since_on, rate_before, rate_now, lost_points, row_count
        from restricted.fields_lost where partner_id = 'P-FL-DARK'
    """)
    assert lost.fetchall() == [
        ("leads", "phone", date(2026, 4, 10), Decimal(1), Decimal("0.5"), Decimal(50), 10)
    ]


def test_hugged_windows_are_those_that_the_measure_counts(judged_lake: Lake) -> None:
    unlike = judged_lake.sql("""
        with series as (
            select partner_id, count(distinct last_period) as window_count
            from restricted.windows_hugged
            where windows_ago < 4
            group by partner_id, stage, window_kind, tier_measure
        )
        select partner_id, hugging_window_count, max(window_count) as window_count
        from marts.fct_partner_conduct
        left join series using (partner_id)
        where hugging_window_count is not null
        group by all
        having coalesce(max(window_count), 0) <> hugging_window_count
    """)
    assert unlike.fetchall() == []


def test_unpaid_fees_are_of_contracts_without_use(judged_lake: Lake) -> None:
    used = judged_lake.sql("""
        select contract_id from restricted.fees_unpaid
        except
        select contract_id from marts.fct_contract_conduct where unused_days > 0
    """)
    assert used.fetchall() == []
