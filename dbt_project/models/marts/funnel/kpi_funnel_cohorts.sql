-- One row per lead month × channel × partner × stage: how much of the cohort reached the stage.
-- An immature cohort has no conversion rate: its missing leads are not failures yet.
with leads as (

    select * from {{ ref('fct_leads') }}

),

events as (

    select * from {{ ref('fct_funnel_events') }}
    where is_confirmed and lead_id is not null

),

stages as (

    select * from {{ ref('stages') }}

),

night as (

    select * from {{ ref('stg_run__night') }}

),

-- A lead with two contracts reached the stage once.
reached as (

    select
        leads.cohort_month,
        leads.channel,
        leads.partner_id,
        events.stage,
        count(distinct leads.lead_id) as reached_count
    from leads
    inner join events
        on leads.lead_id = events.lead_id
    group by leads.cohort_month, leads.channel, leads.partner_id, events.stage

),

cohorts as (

    select
        cohort_month,
        channel,
        partner_id,
        count(*) as cohort_leads_count
    from leads
    group by cohort_month, channel, partner_id

),

staged as (

    select
        cohorts.*,
        stages.stage,
        stages.stage_order,
        last_day(cohorts.cohort_month) + cast(stages.maturity_days as integer) as matures_on,
        coalesce(reached.reached_count, 0) as reached_count
    from cohorts
    cross join stages
    left join reached
        on
            cohorts.cohort_month = reached.cohort_month
            and cohorts.channel = reached.channel
            and cohorts.partner_id is not distinct from reached.partner_id
            and stages.stage = reached.stage

),

final as (

    select
        concat_ws(
            ':',
            strftime(staged.cohort_month, '%Y-%m'),
            staged.channel,
            staged.partner_id,
            staged.stage
        ) as cohort_id,
        staged.cohort_month,
        staged.channel,
        staged.partner_id,
        staged.stage,
        staged.stage_order,
        staged.cohort_leads_count,
        staged.reached_count,
        staged.matures_on,
        staged.matures_on <= night.business_day as is_mature,
        case
            when staged.matures_on <= night.business_day
                then {{ ratio('staged.reached_count', 'staged.cohort_leads_count') }}
        end as conversion_rate
    from staged
    cross join night

)

select * from final
