-- One row per partner and month: confirmed funnel events of the month, and their yen.
with events as (

    select * from {{ ref('int_funnel_events_streamed') }}
    where is_confirmed and channel = 'partner' and partner_id is not null

),

contracts as (

    select * from {{ ref('fct_contracts') }}

),

final as (

    select
        events.partner_id,
        {{ month_of('events.occurred_on') }} as month,
        count(*) filter (where events.stage = 'agreement') as agreements_count,
        count(*) filter (where events.stage = 'contract') as contracts_count,
        cast(
            sum(contracts.initial_yen) filter (where events.stage = 'contract') as bigint
        ) as contracted_initial_yen,
        cast(
            sum(contracts.first_year_yen) filter (where events.stage = 'contract') as bigint
        ) as contracted_first_year_yen,
        count(*) filter (where events.stage = 'onboarding') as onboardings_count,
        count(*) filter (where events.stage = 'renewal') as renewals_count,
        count(*) filter (where events.stage = 'upsell') as upsells_count,
        count(*) filter (where events.stage = 'cancellation') as cancellations_count
    from events
    left join contracts
        on events.contract_id = contracts.contract_id
    group by events.partner_id, {{ month_of('events.occurred_on') }}

)

select * from final
