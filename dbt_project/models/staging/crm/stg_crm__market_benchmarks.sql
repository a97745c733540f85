-- One row per product category, stage and basis of what others pay: latest version, unless deleted.
with versions as (

    {{ latest_version(
        source('lake', 'market_benchmarks'),
        ['product_category', 'stage', 'basis'],
    ) }}

),

final as (

    select
        product_category,
        stage,
        basis,
        low,
        high,
        source,
        updated_at,
        {{ provenance() }}
    from versions
    where _uploader_id is null and not coalesce(is_deleted, false)

)

select * from final
