-- One row per line key: what should be owed (支払うべき額) from all that is known now.
with outcomes as (

    select * from {{ ref('int_commission_outcomes') }}

),

events as (

    select * from {{ ref('int_commission_events') }}

),

lines as (

    select * from {{ ref('int_commission_lines') }}

),

reinstatements as (

    select
        contract_id,
        max(known_at) as reinstated_known_at
    from {{ ref('fct_funnel_events') }}
    where stage = 'reinstatement'
    group by contract_id

),

night as (

    select * from {{ ref('stg_run__night') }}

),

owed_lines as (

    select
        events.partner_id,
        outcomes.term_id,
        events.contract_id,
        events.stage,
        outcomes.agreement_id,
        outcomes.agreement_version,
        lines.cancelled_on,
        lines.term_known_at,
        events.known_at as event_known_at,
        reinstatements.reinstated_known_at,
        events.funnel_event_id as subject,
        'seller' as role,
        'base' as component,
        {{ closing_period('lines.achieved_on', 'lines.closing_day') }} as earn_period,
        {{ closing_period('night.business_day', 'lines.closing_day') }} as current_period,
        case when outcomes.outcome = 'cancelled' then 0 else lines.kept_yen end as target_yen
    from outcomes
    inner join events on outcomes.funnel_event_id = events.funnel_event_id
    inner join lines
        on
            outcomes.funnel_event_id = lines.funnel_event_id
            and outcomes.term_id = lines.term_id
    left join reinstatements on events.contract_id = reinstatements.contract_id
    cross join night
    where
        outcomes.outcome in ('owed', 'waiting_maturity', 'clawed_back', 'cancelled')
        and lines.achieved_on is not null

),

final as (

    select
        partner_id,
        role,
        term_id,
        subject,
        component,
        contract_id,
        stage,
        agreement_id,
        agreement_version,
        earn_period,
        current_period,
        term_known_at,
        event_known_at,
        reinstated_known_at,
        cast(target_yen as bigint) as target_yen,
        concat_ws('|', partner_id, role, term_id, subject, component, earn_period) as line_key,
        cancelled_on is not null as is_cancelled
    from owed_lines

)

select * from final
