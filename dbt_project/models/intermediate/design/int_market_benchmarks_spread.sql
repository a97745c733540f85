-- One row per product category × stage with what others pay (相場): yen of fixed fees and parts per
-- million of rates.
with benchmarks as (

    select * from {{ ref('stg_crm__market_benchmarks') }}

),

final as (

    select
        product_category,
        stage,
        max(case when basis = 'fixed' then cast(low as bigint) end) as low_yen,
        max(case when basis = 'fixed' then cast(high as bigint) end) as high_yen,
        max(case when basis = 'rate' then {{ rate_ppm('low') }} end) as low_ppm,
        max(case when basis = 'rate' then {{ rate_ppm('high') }} end) as high_ppm,
        {{ join_sorted('source') }} as source
    from benchmarks
    group by product_category, stage

)

select * from final
