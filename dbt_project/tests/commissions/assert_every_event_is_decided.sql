-- Every event of a partner's deal, paid or not, has a decision; no other event has one.
with events as (

    select funnel_event_id
    from {{ ref('fct_funnel_events') }}
    where channel = 'partner' and stage not in ('cancellation', 'reinstatement', 'first_use')

),

decided as (

    select funnel_event_id
    from {{ ref('fct_commission_decisions') }}
    group by funnel_event_id

)

select
    events.funnel_event_id as event_id,
    decided.funnel_event_id as decided_id
from events
full outer join decided on events.funnel_event_id = decided.funnel_event_id
where events.funnel_event_id is null or decided.funnel_event_id is null
