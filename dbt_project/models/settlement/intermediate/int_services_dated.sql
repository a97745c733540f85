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

events as (

    select * from {{ ref('int_commission_events') }}

),

dated as (

    select
        partner_id,
        role,
        component,
        subject,
        achieved_on
    from lines
    union all
    select
        partner_id,
        role,
        component,
        split_part(line_key, '|', 4) as subject,
        achieved_on
    from stated

),

achieved as (

    select
        partner_id,
        role,
        component,
        subject,
        min(achieved_on) as achieved_on
    from dated
    group by partner_id, role, component, subject

),

final as (

    select
        achieved.partner_id,
        achieved.role,
        achieved.component,
        achieved.subject,
        coalesce(achieved.achieved_on, events.occurred_on) as service_on
    from achieved
    left join events on achieved.subject = events.funnel_event_id

)

select * from final
