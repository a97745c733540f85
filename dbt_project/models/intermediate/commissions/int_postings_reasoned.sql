-- One row per difference with its reason (計上理由), found by comparing what was posted with what is
-- known now.
{{ config(materialized='view') }}

with differences as (

    select * from {{ ref('int_postings_changed') }}

),

moved as (

    select * from {{ ref('int_postings_moved') }}

),

cancellations as (

    select * from {{ ref('int_cancellations') }}

),

reinstatements as (

    select
        contract_id,
        max(known_at) as reinstated_known_at
    from {{ ref('fct_funnel_events') }}
    where stage = 'reinstatement'
    group by contract_id

),

facts as (

    select
        differences.*,
        reinstatements.reinstated_known_at > differences.last_known_at as is_newly_reinstated,
        cancellations.contract_id is not null as is_cancelled,
        differences.event_known_at > differences.last_known_at as is_event_newer,
        differences.term_known_at > differences.last_known_at as is_term_newer,
        coalesce(moved.has_moved_partner, false) as has_moved_partner,
        coalesce(moved.has_moved_term, false) as has_moved_term,
        coalesce(moved.has_moved_period, false) as has_moved_period,
        coalesce(differences.forfeited_at > differences.last_known_at, false)
            as is_newly_forfeited,
        differences.component in ('uplift', 'cap') as is_window
    from differences
    left join moved
        on
            differences.subject = moved.subject
            and differences.role = moved.role
            and differences.component = moved.component
    left join cancellations
        on
            differences.contract_id = cancellations.contract_id
            and differences.component <> 'penalty'
    left join reinstatements on differences.contract_id = reinstatements.contract_id

),

-- First what took the place of a line, then what happened to it, then how old the news is.
final as (

    select
        *,
        case
            when has_moved_partner then 'reattributed'
            when has_moved_term then 'repriced'
            when has_moved_period then 'corrected'
            when is_posted and amount_yen < 0 and is_newly_forfeited then 'forfeited'
            when is_posted and amount_yen < 0 and is_cancelled then 'cancelled'
            when is_posted and amount_yen > 0 and component = 'penalty' and not is_in_target
                then 'reinstated'
            when
                is_posted and amount_yen > 0
                and last_reason_code = 'forfeited' and forfeited_at is null
                then 'reinstated'
            when
                is_posted and amount_yen > 0 and not is_cancelled
                and (last_reason_code = 'cancelled' or is_newly_reinstated)
                then 'reinstated'
            when is_posted and is_term_newer and not is_event_newer then 'repriced'
            when is_posted and not (is_window and is_event_newer) then 'corrected'
            when last_period < current_period then 'late'
            else 'new'
        end as reason_code
    from facts

)

select * from final
