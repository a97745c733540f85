-- One row per price band (段階) of a tiered term: the units [from_value, until_value) it pays.
with tiers as (

    select * from {{ ref('stg_crm__commission_tiers') }}

),

final as (

    select
        term_id,
        from_value,
        lead(from_value) over (partition by term_id order by from_value) as until_value,
        fixed_yen,
        rate_ppm,
        known_at,
        row_number() over (partition by term_id order by from_value) as band
    from tiers

)

select * from final
