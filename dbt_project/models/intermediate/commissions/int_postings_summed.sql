-- One row per line that earlier nights posted (計上済): its net yen, and when it was posted last.
{{ config(materialized='view') }}

with postings as (

    select * from {{ ref('stg_ledger__postings_before') }}

),

keyed as (

    select
        *,
        {{ key_period('postings') }} as key_period
    from postings

),

final as (

    select
        partner_id,
        role,
        term_id,
        subject,
        component,
        key_period,
        cast(sum(amount_yen) as bigint) as posted_yen,
        max(known_at) as last_known_at
    from keyed
    group by
        partner_id,
        role,
        term_id,
        subject,
        component,
        key_period

)

select * from final
