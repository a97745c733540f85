-- One row per partner × role × component × subject (役務提供日): the first day on which it was
-- achieved, as it stands or as a statement told it, so that a line that left the target keeps
-- its day; else the day of its event.
with lines as (

    select * from {{ ref('fct_commission_availability') }}

),

stated as (

    select * from {{ ref('stg_ledger__statement_lines') }}
    where posting_id is not null

),

subjects as (

    select * from {{ ref('int_subjects_named') }}

),

events as (

    select * from {{ ref('int_commission_events') }}

),

dated as (

    select
        line_key,
        partner_id,
        role,
        component,
        achieved_on
    from lines
    union all
    select
        line_key,
        partner_id,
        role,
        component,
        achieved_on
    from stated

),

achieved as (

    select
        dated.partner_id,
        dated.role,
        dated.component,
        subjects.subject_key,
        min(dated.achieved_on) as achieved_on
    from dated
    inner join subjects on dated.line_key = subjects.line_key
    group by dated.partner_id, dated.role, dated.component, subjects.subject_key

),

final as (

    select
        achieved.partner_id,
        achieved.role,
        achieved.component,
        achieved.subject_key,
        coalesce(achieved.achieved_on, events.occurred_on) as service_on
    from achieved
    left join events on achieved.subject_key = events.funnel_event_id

)

select * from final
