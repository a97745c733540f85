-- One row per product × stage with events of the partner channel: how many, their yen, and of those
-- old enough how many led to a contract. As in the cohorts, a month's events count once the days
-- in which leads become contracts have passed since its end.
with events as (

    select * from {{ ref('int_commission_events') }}
    where is_confirmed and product_id is not null

),

stages as (

    select * from {{ ref('stages') }}
    where stage = 'contract'

),

night as (

    select * from {{ ref('stg_run__night') }}

),

won as (

    select deal_id
    from events
    where stage = 'contract'
    group by deal_id

),

facts as (

    select
        events.product_id,
        events.stage,
        events.event_yen,
        won.deal_id is not null as is_won,
        last_day(events.occurred_on) + cast(stages.maturity_days as integer) <= night.business_day
            as is_mature
    from events
    cross join stages
    cross join night
    left join won on events.deal_id = won.deal_id

),

final as (

    select
        product_id,
        stage,
        count(*) as events_count,
        cast(sum(event_yen) as bigint) as events_yen,
        count(*) filter (where is_mature) as mature_events_count,
        count(*) filter (where is_mature and is_won) as won_events_count
    from facts
    group by product_id, stage

)

select * from final
