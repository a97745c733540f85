-- One row per event × candidate term that has rivals (競合する条件), with how it fared: terms compete
-- within scenario, role and kind. Most have none; ranking all costs more than finding them.
{{ config(materialized='view') }}

with candidates as (

    select * from {{ ref('int_commission_candidates') }}

),

contested as (

    select
        funnel_event_id,
        coalesce(scenario, '') as plan,
        role,
        term_kind
    from candidates
    group by
        funnel_event_id,
        plan,
        role,
        term_kind
    having count(*) > 1

),

-- Unapproved terms step aside first; of one agreement the terms that take over earlier deals
-- replace the others, the highest version wins (DOMAIN §5, applies_to_existing).
ranked_versions as (

    select
        candidates.*,
        rank() over (
            partition by
                candidates.funnel_event_id,
                candidates.scenario,
                candidates.role,
                candidates.term_kind,
                candidates.agreement_id,
                candidates.is_approved
            order by candidates.is_retroactive desc, candidates.agreement_version desc
        ) as version_rank
    from candidates
    inner join contested
        on
            candidates.funnel_event_id = contested.funnel_event_id
            and coalesce(candidates.scenario, '') = contested.plan
            and candidates.role = contested.role
            and candidates.term_kind = contested.term_kind

),

contenders as (

    select
        *,
        is_approved and version_rank = 1 as is_contender
    from ranked_versions

),

ranked as (

    select
        *,
        rank() over (
            partition by funnel_event_id, scenario, role, term_kind, is_contender
            order by is_product_specific desc
        ) as product_rank,
        count(*) over (
            partition by
                funnel_event_id, scenario, role, term_kind, is_contender, is_product_specific
        ) as equal_count
    from contenders

),

final as (

    select
        funnel_event_id,
        term_id,
        case
            when not is_approved then 'unapproved_term'
            when version_rank > 1 or product_rank > 1 then 'superseded'
            when equal_count > 1 then 'ambiguous_term'
            else 'applies'
        end as selection
    from ranked

)

select * from final
