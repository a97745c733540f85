-- One row per partner and month: what it brought. Counts of the month, so never divide one stage's
-- count by another's; conversions are in kpi_funnel_cohorts.
with months as (

    select * from {{ ref('int_partner_months_spread') }}

),

partners as (

    select * from {{ ref('dim_partners') }}

),

reps as (

    select * from {{ ref('dim_reps') }}

),

leads as (

    select * from {{ ref('int_partner_leads_counted') }}

),

events as (

    select * from {{ ref('int_partner_events_counted') }}

),

registered as (

    select
        months.partner_id,
        months.month,
        count(*) as registered_reps_count
    from months
    inner join reps
        on
            months.partner_id = reps.partner_id
            and coalesce(months.counted_to >= reps.started_on, true)
            and coalesce(months.month <= reps.ended_on, true)
    group by months.partner_id, months.month

),

final as (

    select
        months.partner_id || ':' || strftime(months.month, '%Y-%m') as partner_month_id,
        months.month,
        months.partner_id,
        months.is_complete,
        coalesce(
            partners.partner_id is not null
            and coalesce(partners.joined_on <= months.counted_to, true)
            and coalesce(partners.ended_on >= months.counted_to, true),
            false
        ) as is_contracted_partner,
        coalesce(leads.accepted_leads_count, 0) > 0 as is_active_lead,
        coalesce(events.contracts_count, 0) > 0 as is_active_contract,
        coalesce(registered.registered_reps_count, 0) as registered_reps_count,
        coalesce(leads.active_reps_count, 0) as active_reps_count,
        coalesce(leads.leads_count, 0) as leads_count,
        coalesce(leads.accepted_leads_count, 0) as accepted_leads_count,
        {{ ratio('leads.accepted_leads_count', 'leads.leads_count') }} as lead_acceptance_rate,
        coalesce(leads.meetings_count, 0) as meetings_count,
        coalesce(events.agreements_count, 0) as agreements_count,
        coalesce(events.contracts_count, 0) as contracts_count,
        coalesce(events.contracted_initial_yen, 0) as contracted_initial_yen,
        coalesce(events.contracted_first_year_yen, 0) as contracted_first_year_yen,
        coalesce(events.onboardings_count, 0) as onboardings_count,
        coalesce(events.renewals_count, 0) as renewals_count,
        coalesce(events.upsells_count, 0) as upsells_count,
        coalesce(events.cancellations_count, 0) as cancellations_count
    from months
    left join partners
        on months.partner_id = partners.partner_id
    left join registered
        on months.partner_id = registered.partner_id and months.month = registered.month
    left join leads
        on months.partner_id = leads.partner_id and months.month = leads.month
    left join events
        on months.partner_id = events.partner_id and months.month = events.month

)

select * from final
