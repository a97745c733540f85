-- One row per event that a decision in force forfeits (失効): those of the flagged contract, or of
-- the flagged lead's whole deal, while the partner that the flag names is the one that sells it;
-- is_written when a clause of its agreement provides for that.
{{ config(materialized='view') }}

with effects as (

    select * from {{ ref('decision_effects') }}
    where money_action = 'claw_back' and effect = 'effective'

),

events as (

    select * from {{ ref('int_commission_events') }}

),

forfeited as (

    select
        events.funnel_event_id,
        effects.known_at,
        effects.clause
    from effects
    inner join events
        on
            effects.subject_kind = 'contract'
            and effects.subject_id = events.contract_id
            and effects.partner_id = events.partner_id
    union all
    select
        events.funnel_event_id,
        effects.known_at,
        effects.clause
    from effects
    inner join events
        on
            effects.subject_kind = 'lead'
            and effects.subject_id = events.lead_id
            and effects.partner_id = events.partner_id

),

final as (

    select
        funnel_event_id,
        max(known_at) as forfeited_at,
        count(clause) > 0 as is_written
    from forfeited
    group by funnel_event_id

)

select * from final
