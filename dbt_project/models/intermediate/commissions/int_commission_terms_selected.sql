-- One row per event × candidate term, with how it fared against the others: applies,
-- superseded, ambiguous_term or unapproved_term. Terms compete within scenario, role and kind.
with candidates as (

    select * from {{ ref('int_commission_candidates') }}

),

-- Unapproved terms step aside first; of one agreement the terms that take over earlier deals
-- replace the others, the highest version wins (DOMAIN §5, applies_to_existing).
ranked_versions as (

    select
        *,
        rank() over (
            partition by funnel_event_id, scenario, role, term_kind, agreement_id, is_approved
            order by is_retroactive desc, agreement_version desc
        ) as version_rank
    from candidates

),

contenders as (

    select
        *,
        is_approved and version_rank = 1 as is_contender
    from ranked_versions

),

ranked_products as (

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
        role,
        scenario,
        agreement_id,
        agreement_version,
        case
            when not is_approved then 'unapproved_term'
            when version_rank > 1 or product_rank > 1 then 'superseded'
            when equal_count > 1 then 'ambiguous_term'
            else 'applies'
        end as selection
    from ranked_products

)

select * from final
