-- One row per product: what a customer that a partner brings is worth (LTV) in gross profit, before
-- any commission: (initial + monthly fee × expected months) × margin, undiscounted, whole yen.
-- Fees: average of the partner channel's contracts, else the list price. Months: observed, else the
-- average agreed term; at most the horizon. NULL where an input is missing.
with products as (

    select * from {{ ref('dim_products') }}

),

served as (

    select * from {{ ref('int_products_served') }}

),

sourced as (

    select
        products.product_id,
        products.product_category,
        products.list_initial_yen,
        products.list_monthly_yen,
        {{ rate_ppm('products.gross_margin_rate') }} as gross_margin_ppm,
        coalesce(served.contracts_count, 0) as contracts_count,
        served.initial_yen,
        served.monthly_yen,
        coalesce(served.observed_months, served.agreed_months) as months,
        case
            when served.monthly_yen is not null then 'contracts'
            when coalesce(products.list_initial_yen, products.list_monthly_yen) is not null
                then 'list_price'
        end as fees_source,
        case
            when served.observed_months is not null then 'observed'
            when served.agreed_months is not null then 'agreed_term'
        end as months_source
    from products
    left join served on products.product_id = served.product_id

),

chosen as (

    select
        *,
        case fees_source
            when 'contracts' then initial_yen
            when 'list_price' then coalesce(list_initial_yen, 0)
        end as chosen_initial_yen,
        case fees_source
            when 'contracts' then monthly_yen
            when 'list_price' then coalesce(list_monthly_yen, 0)
        end as chosen_monthly_yen,
        case when months is not null then least(months, {{ var('ltv_horizon_months') }}) end
            as expected_months
    from sourced

),

-- Without a monthly fee it does not matter how long a customer stays.
final as (

    select
        product_id,
        product_category,
        contracts_count,
        chosen_initial_yen as initial_yen,
        chosen_monthly_yen as monthly_yen,
        fees_source,
        expected_months,
        months_source,
        gross_margin_ppm,
        {{ apply_ppm(
            '(chosen_initial_yen + case when chosen_monthly_yen = 0 then 0'
            ~ ' else chosen_monthly_yen * expected_months end)',
            'gross_margin_ppm'
        ) }} as ltv_yen
    from chosen

)

select * from final
