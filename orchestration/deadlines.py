"""Statements that would be paid after the law's last day, for the checklist of a close."""

from __future__ import annotations

import duckdb

from orchestration.checklist import NOTED, Item, Scope, item

# What is held or immature is not paid by this close; its clock runs in the mart all the same.
_TOO_LATE = """
    select
        deadlines.partner_id,
        deadlines.statement_id,
        min(deadlines.latest_lawful_on) as lawful_on,
        max(deadlines.projected_on) as agreed_on,
        cast(sum(deadlines.outstanding_yen) as bigint) as yen,
        count(*) as line_count
    from marts.payment_deadlines as deadlines
    inner join marts.partner_statements as statements
        on deadlines.statement_id = statements.statement_id
    where
        statements.period = $period and not statements.is_frozen
        and deadlines.payment_status = 'payable'
        and deadlines.is_strict and deadlines.is_breach_projected
    group by deadlines.partner_id, deadlines.statement_id
    order by lawful_on, deadlines.statement_id
"""


def deadline_breaches(warehouse: duckdb.DuckDBPyConnection, scope: Scope) -> Item:
    """Drafts of the period with lines whose date of payment is later than the law allows.

    Told by the law's last day, the earliest first: that day, the agreed one, yen before tax, lines.
    """
    found = scope.rows(warehouse.sql(_TOO_LATE, params={"period": scope.period}).pl())
    told = (
        f"{row['statement_id']}: {row['lawful_on']} < {row['agreed_on']}, "
        f"¥{row['yen']:,} ({row['line_count']:,})"
        for row in found.to_dicts()
    )
    return item("deadline_breaches", told, NOTED)
