-- One row per what-if × partner, and one per what-if over all its partners (partner_id NULL):
-- contracts won and revenue behind them; a sale of two of its partners counts once in the total.
with sales as (

    select * from {{ ref('int_scenario_sales_found') }}

),

own as (

    select
        scenario,
        partner_id,
        funnel_event_id,
        stage,
        revenue_yen
    from sales
    union all
    select
        scenario,
        null as partner_id,
        funnel_event_id,
        stage,
        revenue_yen
    from sales
    group by scenario, funnel_event_id, stage, revenue_yen

),

final as (

    select
        scenario,
        partner_id,
        count(*) filter (where stage = 'contract') as contracts_count,
        cast(sum(revenue_yen) as bigint) as revenue_yen
    from own
    group by scenario, partner_id

)

select * from final
