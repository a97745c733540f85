-- One row per what-if × partner × sale in the compared periods: a contract (by its first year), a
-- renewal or an upsell that the partner made, or on which either plan pays it an override.
with partners as (

    select * from {{ ref('int_scenario_partners_dated') }}

),

lines as (

    select * from {{ ref('int_scenario_lines_united') }}

),

events as (

    select * from {{ ref('int_commission_events') }}
    where is_confirmed

),

sales as (

    select
        funnel_event_id,
        deal_id,
        partner_id,
        stage,
        occurred_on,
        case stage
            when 'contract' then initial_yen + monthly_yen * first_year_months
            else event_yen
        end as revenue_yen
    from events
    where stage in ('contract', 'renewal', 'upsell')

),

own_deals as (

    select
        partners.scenario,
        partners.partner_id,
        sales.deal_id
    from partners
    inner join sales on partners.partner_id = sales.partner_id

),

paid_deals as (

    select
        lines.scenario,
        lines.partner_id,
        events.deal_id
    from lines
    inner join events on lines.funnel_event_id = events.funnel_event_id

),

deals as (

    select * from own_deals
    union
    select * from paid_deals

),

final as (

    select
        deals.scenario,
        deals.partner_id,
        sales.funnel_event_id,
        sales.stage,
        sales.revenue_yen
    from deals
    inner join sales on deals.deal_id = sales.deal_id
    inner join partners
        on deals.scenario = partners.scenario and deals.partner_id = partners.partner_id
    where {{ closing_period('sales.occurred_on', 'partners.closing_day') }} >= partners.from_period

)

select * from final
