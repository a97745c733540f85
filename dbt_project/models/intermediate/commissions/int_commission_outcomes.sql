-- One row per event × candidate term, and one per event without any: what came of it.
with events as (

    select * from {{ ref('int_commission_events') }}

),

selected as (

    select * from {{ ref('int_commission_terms_selected') }}

),

agreements_found as (

    select * from {{ ref('int_agreements_found') }}

),

lines as (

    select * from {{ ref('int_commission_lines') }}

),

events_with_agreement as (

    select funnel_event_id
    from agreements_found
    where not is_retroactive
    group by funnel_event_id

),

final as (

    select
        events.funnel_event_id,
        selected.term_id,
        selected.agreement_id,
        selected.agreement_version,
        case
            when selected.term_id is not null and selected.selection <> 'applies'
                then selected.selection
            when not events.is_confirmed then 'unconfirmed_claim'
            when selected.term_id is null and events_with_agreement.funnel_event_id is null
                then 'no_agreement'
            when selected.term_id is null then 'no_term'
            else lines.line_state
        end as outcome
    from events
    left join events_with_agreement
        on events.funnel_event_id = events_with_agreement.funnel_event_id
    left join selected on events.funnel_event_id = selected.funnel_event_id
    left join lines
        on
            selected.funnel_event_id = lines.funnel_event_id
            and selected.term_id = lines.term_id

)

select * from final
