-- Every posting is settled by one frozen statement or stands on one draft: what frozen statements
-- call payable and what drafts hold, whatever its status, are the ledger's yen of each partner.
{{ config(tags=['settlement']) }}

with ledger as (

    select
        partner_id,
        sum(amount_yen) as yen
    from {{ ref('fct_commission_ledger') }}
    group by partner_id

),

stated as (

    select
        partner_id,
        sum(amount_yen) as yen
    from {{ ref('partner_statement_lines') }}
    where posting_id is not null and (status = 'payable' or not is_frozen)
    group by partner_id

)

select
    ledger.yen as ledger_yen,
    stated.yen as stated_yen,
    coalesce(ledger.partner_id, stated.partner_id) as partner_id
from ledger
full outer join stated on ledger.partner_id = stated.partner_id
where coalesce(ledger.yen, 0) <> coalesce(stated.yen, 0)
