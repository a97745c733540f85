-- One row per product of the CRM: latest version, unless deleted.
with versions as (

    {{ latest_version(source('lake', 'products'), ['product_id']) }}

),

final as (

    select
        product_id,
        product_name,
        product_category,
        list_initial_yen,
        list_monthly_yen,
        gross_margin_rate,
        max_discount_rate,
        updated_at,
        {{ provenance() }}
    from versions
    where _uploader_id is null and not coalesce(is_deleted, false)

)

select * from final
