-- Availability splits the ledger's yen and neither adds nor loses any.
{{ config(tags=['settlement']) }}

with ledger as (

    select coalesce(sum(amount_yen), 0) as yen from {{ ref('fct_commission_ledger') }}

),

availability as (

    select coalesce(sum(posted_yen), 0) as yen from {{ ref('fct_commission_availability') }}

)

select
    ledger.yen as ledger_yen,
    availability.yen as available_yen
from ledger
cross join availability
where ledger.yen <> availability.yen
