-- One row per contract × due day of a fee (料金): when it was first collected (入金), up to tonight.
with collections as (

    select * from {{ ref('stg_crm__collections') }}

),

night as (

    select * from {{ ref('stg_run__night') }}

),

final as (

    select
        collections.contract_id,
        collections.due_on,
        min(collections.collected_on) filter (
            where collections.collected_on <= night.business_day
        ) as collected_on
    from collections
    cross join night
    where collections.amount_yen > 0
    group by collections.contract_id, collections.due_on

)

select * from final
