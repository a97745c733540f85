-- One row per product × stage: what one event of the stage is worth, and the commission that eats
-- all of it (break-even) or leaves the aimed LTV per CAC (affordable). Up to the contract the worth
-- is the customer's LTV times the conversion to a contract; onboarding and customer success stand
-- on a contract already won; a renewal or upsell is worth the margin on its own average yen.
with products as (

    select * from {{ ref('int_products_valued') }}

),

stages as (

    select * from {{ ref('stages') }}

),

counted as (

    select * from {{ ref('int_design_stages_counted') }}

),

facts as (

    select
        products.*,
        stages.stage,
        stages.stage_order,
        coalesce(counted.mature_events_count, 0) as mature_events_count,
        case
            when stages.stage in ('lead', 'agreement')
                then {{ ratio_ppm('counted.won_events_count', 'counted.mature_events_count') }}
            else 1000000
        end as conversion_ppm,
        case
            when stages.stage in ('renewal', 'upsell')
                then {{ apply_ppm(
                    divide_trunc('counted.events_yen', 'counted.events_count'),
                    'products.gross_margin_ppm'
                ) }}
            else products.ltv_yen
        end as worth_yen
    from products
    cross join stages
    left join counted
        on products.product_id = counted.product_id and stages.stage = counted.stage

),

final as (

    select
        *,
        {{ apply_ppm('worth_yen', 'conversion_ppm') }} as break_even_yen,
        {{ divide_trunc(
            apply_ppm('worth_yen', 'conversion_ppm'), var('ltv_cac_target')
        ) }} as affordable_yen
    from facts

)

select * from final
