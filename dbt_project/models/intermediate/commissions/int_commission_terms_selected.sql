-- One row per event × candidate term, with how it fared against the others: applies,
-- superseded, ambiguous_term or unapproved_term. One without rivals applies if it is approved.
with candidates as (

    select * from {{ ref('int_commission_candidates') }}

),

contested as (

    select * from {{ ref('int_commission_terms_contested') }}

),

final as (

    select
        candidates.funnel_event_id,
        candidates.term_id,
        candidates.role,
        candidates.scenario,
        candidates.agreement_id,
        candidates.agreement_version,
        case
            when contested.selection is not null then contested.selection
            when candidates.is_approved then 'applies'
            else 'unapproved_term'
        end as selection
    from candidates
    left join contested
        on
            candidates.funnel_event_id = contested.funnel_event_id
            and candidates.term_id = contested.term_id

)

select * from final
