-- One row per version of a product known by the night (価格表の履歴): what may be asked for it, and when.
with known as (

    {{ known_rows(source('lake', 'products')) }}

),

final as (

    select
        product_id,
        list_initial_yen,
        list_monthly_yen,
        max_discount_rate,
        {{ version_at() }} as version_at,
        {{ provenance() }}
    from known
    where _uploader_id is null and not coalesce(is_deleted, false)

)

select * from final
