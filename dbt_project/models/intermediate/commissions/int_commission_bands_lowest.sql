-- One row per term with tiers: the price of its lowest band, which the base line pays.
with tiers as (

    select * from {{ ref('stg_crm__commission_tiers') }}

),

ranked as (

    select
        *,
        row_number() over (partition by term_id order by from_value) as band
    from tiers

),

final as (

    select
        term_id,
        fixed_yen,
        rate_ppm
    from ranked
    where band = 1

)

select * from final
