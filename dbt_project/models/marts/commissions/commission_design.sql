-- One row per product × stage (商品 × ステージ): four views of a commission beside what the terms in
-- force pay per event: what we can afford, what a contract costs through other channels, what a
-- partner earns, what others pay. Yen paid, leads and costs are of the last twelve months up to
-- tonight; worth and conversion are of all time. NULL where an input is missing.
with stages as (

    select * from {{ ref('int_design_stages_afforded') }}

),

earned as (

    select * from {{ ref('int_design_yen_earned') }}

),

worked as (

    select * from {{ ref('int_design_leads_worked') }}

),

cacs as (

    select * from {{ ref('int_channel_cacs_measured') }}

),

benchmarks as (

    select * from {{ ref('int_market_benchmarks_spread') }}

),

facts as (

    select
        stages.*,
        coalesce(earned.paid_events_count, 0) as paid_events_count,
        earned.paid_yen,
        earned.recurring_yen,
        earned.seller_yen,
        earned.current_yen,
        earned.current_rate_ppm,
        worked.leads_count,
        worked.rep_months_count,
        marketing.cac_yen as marketing_cac_yen,
        sales.cac_yen as sales_cac_yen,
        benchmarks.low_yen as market_low_yen,
        benchmarks.high_yen as market_high_yen,
        benchmarks.low_ppm as market_low_ppm,
        benchmarks.high_ppm as market_high_ppm,
        benchmarks.source as market_source,
        -- A renewal or an upsell wins no customer: nothing of it compares with a CAC.
        case
            when stages.stage not in ('renewal', 'upsell')
                then {{ ratio_ppm('earned.current_yen', 'stages.conversion_ppm') }}
        end as current_cac_yen
    from stages
    left join earned on stages.product_id = earned.product_id and stages.stage = earned.stage
    left join worked on stages.product_id = worked.product_id
    left join cacs as marketing on marketing.channel = 'marketing'
    left join cacs as sales on sales.channel = 'sales'
    left join benchmarks
        on
            stages.product_category = benchmarks.product_category
            and stages.stage = benchmarks.stage

),

final as (

    select
        concat_ws(':', product_id, stage) as design_id,
        product_id,
        product_category,
        stage,
        stage_order,
        contracts_count,
        initial_yen,
        monthly_yen,
        fees_source,
        expected_months,
        months_source,
        gross_margin_ppm,
        worth_yen,
        mature_events_count,
        conversion_ppm,
        break_even_yen,
        affordable_yen,
        paid_events_count,
        paid_yen,
        recurring_yen,
        current_yen,
        current_rate_ppm,
        {{ ratio_ppm('current_yen', 'affordable_yen') }} as affordable_ratio_ppm,
        current_cac_yen,
        marketing_cac_yen,
        sales_cac_yen,
        {{ ratio_ppm('current_cac_yen', 'marketing_cac_yen') }} as marketing_ratio_ppm,
        {{ ratio_ppm('current_cac_yen', 'sales_cac_yen') }} as sales_ratio_ppm,
        leads_count,
        rep_months_count,
        seller_yen,
        {{ divide_trunc('seller_yen', 'leads_count') }} as seller_lead_yen,
        {{ divide_trunc('seller_yen', 'rep_months_count') }} as seller_rep_month_yen,
        market_low_yen,
        market_high_yen,
        market_low_ppm,
        market_high_ppm,
        market_source,
        coalesce(
            {{ ratio_ppm('current_yen * 2', '(market_low_yen + market_high_yen)') }},
            {{ ratio_ppm('current_rate_ppm * 2', '(market_low_ppm + market_high_ppm)') }}
        ) as market_ratio_ppm
    from facts

)

select * from final
