-- One row per product of the price list (商品).
with products as (

    select * from {{ ref('stg_crm__products') }}

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
        known_at
    from products

)

select * from final
