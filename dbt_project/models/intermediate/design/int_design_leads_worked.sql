-- One row per product: leads of the partner channel registered in the last twelve months that the
-- CRM accepted, and the months in which a rep brought one (稼働担当者月).
with leads as (

    select * from {{ ref('fct_leads') }}
    where channel = 'partner' and product_id is not null

),

night as (

    select * from {{ ref('stg_run__night') }}

),

recent as (

    select leads.*
    from leads
    inner join night
        on leads.registered_on >= {{ add_months(month_of('night.business_day'), -11) }}

),

final as (

    select
        product_id,
        count(*) filter (where is_accepted) as leads_count,
        count(distinct case when rep_id is not null then concat_ws('|', cohort_month, rep_id) end)
            as rep_months_count
    from recent
    group by product_id

)

select * from final
