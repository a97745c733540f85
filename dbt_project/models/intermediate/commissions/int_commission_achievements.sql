-- One row per event × candidate term: achieved (達成) on the later of the event and its last
-- required evidence; NULL while a kind is missing.
with candidates as (

    select * from {{ ref('int_commission_candidates') }}

),

events as (

    select * from {{ ref('int_commission_events') }}

),

terms as (

    select * from {{ ref('stg_crm__commission_terms') }}

),

received as (

    select * from {{ ref('int_evidence_first_received') }}

),

required_kinds as (

    select
        term_id,
        {{ split_rows('required_evidence') }} as evidence_kind
    from terms
    where required_evidence is not null

),

checked_kinds as (

    select
        events.funnel_event_id,
        candidates.term_id,
        events.occurred_on,
        received.first_received_on,
        trim(required_kinds.evidence_kind) as evidence_kind
    from candidates
    inner join events on candidates.funnel_event_id = events.funnel_event_id
    left join required_kinds
        on
            candidates.term_id = required_kinds.term_id
            and trim(required_kinds.evidence_kind) <> ''
    left join received
        on
            events.contract_id = received.contract_id
            and trim(required_kinds.evidence_kind) = received.evidence_kind

),

missing_kinds as (

    select
        funnel_event_id,
        term_id,
        {{ join_sorted('evidence_kind') }} as missing_evidence
    from checked_kinds
    where evidence_kind is not null and first_received_on is null
    group by funnel_event_id, term_id

),

final as (

    select
        checked_kinds.funnel_event_id,
        checked_kinds.term_id,
        missing_kinds.missing_evidence,
        case
            when missing_kinds.term_id is null
                then greatest(
                    max(checked_kinds.occurred_on),
                    coalesce(max(checked_kinds.first_received_on), max(checked_kinds.occurred_on))
                )
        end as achieved_on
    from checked_kinds
    left join missing_kinds
        on
            checked_kinds.funnel_event_id = missing_kinds.funnel_event_id
            and checked_kinds.term_id = missing_kinds.term_id
    group by
        checked_kinds.funnel_event_id,
        checked_kinds.term_id,
        missing_kinds.term_id,
        missing_kinds.missing_evidence

)

select * from final
