-- One row per partner and month: leads registered in it, meetings held in it.
with leads as (

    select * from {{ ref('fct_leads') }}
    where channel = 'partner' and partner_id is not null

),

registered as (

    select
        partner_id,
        cohort_month as month,
        count(*) as leads_count,
        count(*) filter (where is_accepted) as accepted_leads_count,
        count(distinct rep_id) as active_reps_count
    from leads
    group by partner_id, cohort_month

),

met as (

    select
        partner_id,
        {{ month_of('meeting_on') }} as month,
        count(*) as meetings_count
    from leads
    where has_met
    group by partner_id, {{ month_of('meeting_on') }}

),

final as (

    select
        coalesce(registered.partner_id, met.partner_id) as partner_id,
        coalesce(registered.month, met.month) as month,
        coalesce(registered.leads_count, 0) as leads_count,
        coalesce(registered.accepted_leads_count, 0) as accepted_leads_count,
        coalesce(registered.active_reps_count, 0) as active_reps_count,
        coalesce(met.meetings_count, 0) as meetings_count
    from registered
    full join met
        on registered.partner_id = met.partner_id and registered.month = met.month

)

select * from final
