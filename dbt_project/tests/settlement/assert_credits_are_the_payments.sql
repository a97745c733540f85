-- What is unpaid of a statement is nothing once it is paid, its net while nothing is paid, and its
-- lines cover the net, no more.
{{ config(tags=['settlement']) }}

with unpaid as (

    select
        statement_id,
        sum(to_yen - from_yen) as own_yen,
        sum(unpaid_yen) as unpaid_yen
    from {{ ref('int_postings_queued') }}
    group by statement_id

),

reconciled as (

    select * from {{ ref('payout_reconciliation') }}

),

statements as (

    select * from {{ ref('stg_ledger__statements') }}

)

select
    statements.statement_id,
    statements.net_yen,
    unpaid.own_yen,
    unpaid.unpaid_yen
from statements
inner join unpaid on statements.statement_id = unpaid.statement_id
inner join reconciled on statements.statement_id = reconciled.statement_id
where
    unpaid.own_yen <> greatest(statements.net_yen, 0)
    or (reconciled.difference_yen >= 0) <> (unpaid.unpaid_yen = 0)
    or (reconciled.paid_yen <= 0 and unpaid.unpaid_yen <> greatest(statements.net_yen, 0))
    or unpaid.unpaid_yen > greatest(statements.net_yen, 0)
