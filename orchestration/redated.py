"""Sales that stand on two statements, for the checklist of a close."""

from __future__ import annotations

import duckdb

from orchestration.checklist import NOTED, Item, Scope, item

# One night takes the sale out of the period that earned it and pays it in another.
_REDATED = """
    with moved as (
        select
            partner_id,
            coalesce(contract_id, subject) as deal_id,
            subject,
            night_id,
            role,
            component,
            earn_period,
            post_period,
            sum(amount_yen) as yen
        from marts.fct_commission_ledger
        group by all
    )

    select
        paid.partner_id,
        paid.deal_id,
        paid.post_period as paid_period,
        cast(paid.yen as bigint) as paid_yen,
        taken.post_period as taken_period,
        cast(taken.yen as bigint) as taken_yen
    from moved as paid
    inner join moved as taken using (partner_id, deal_id, subject, night_id, role, component)
    where
        paid.yen > 0 and taken.yen < 0
        and paid.earn_period <> taken.earn_period
        and paid.post_period <> taken.post_period
        and $period in (paid.post_period, taken.post_period)
    order by paid.deal_id, paid.post_period, taken.post_period
"""


def redated_deals(warehouse: duckdb.DuckDBPyConnection, scope: Scope) -> Item:
    """Sales that stand on two statements: re-dated across a close, one half in each period."""
    found = scope.rows(warehouse.sql(_REDATED, params={"period": scope.period}).pl())
    told = (
        f"{row['deal_id']}: {row['paid_period']} ¥{row['paid_yen']:,}, "
        f"{row['taken_period']} ¥{row['taken_yen']:,}"
        for row in found.to_dicts()
    )
    return item("redated_deals", told, NOTED)
