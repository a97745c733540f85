-- A partner's balance is what its statements leave unpaid, what no statement has settled yet, and
-- the negative balance that is carried forward.
{{ config(tags=['settlement']) }}

with parts as (

    select
        partner_id,
        open_yen as yen
    from {{ ref('partner_balances') }}
    union all
    select
        partner_id,
        amount_yen as yen
    from {{ ref('partner_statement_lines') }}
    where not is_frozen and posting_id is not null
    union all
    select
        partner_id,
        carried_yen as yen
    from {{ ref('int_statement_balances') }}

),

summed as (

    select
        partner_id,
        sum(yen) as yen
    from parts
    group by partner_id

)

select
    balances.partner_id,
    balances.balance_yen,
    summed.yen
from {{ ref('partner_balances') }} as balances
left join summed on balances.partner_id = summed.partner_id
where balances.balance_yen <> coalesce(summed.yen, 0)
