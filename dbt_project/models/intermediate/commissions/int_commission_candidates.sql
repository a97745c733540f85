-- One row per event × candidate term: stage, role and product match in the version found.
with events as (

    select * from {{ ref('int_commission_events') }}

),

found as (

    select * from {{ ref('int_agreements_found') }}

),

terms as (

    select * from {{ ref('stg_crm__commission_terms') }}

),

night as (

    select * from {{ ref('stg_run__night') }}

),

final as (

    select
        events.funnel_event_id,
        terms.term_id,
        terms.agreement_id,
        terms.agreement_version,
        found.is_retroactive,
        coalesce(
            terms.approved_by <> coalesce(terms.proposed_by, '')
            and coalesce(terms.approved_on, night.business_day) <= night.business_day,
            false
        ) as is_approved,
        terms.product_id is not null as is_product_specific,
        case when terms.recurring_months is null then 'one_off' else 'recurring' end as term_kind
    from events
    inner join found on events.funnel_event_id = found.funnel_event_id
    inner join terms
        on
            found.agreement_id = terms.agreement_id
            and found.version = terms.agreement_version
            and events.stage = terms.stage
    cross join night
    where
        terms.scenario is null
        and coalesce(terms.payee, 'seller') = 'seller'
        and coalesce(terms.product_id, events.product_id, '') = coalesce(events.product_id, '')
        and (not found.is_retroactive or coalesce(terms.applies_to_existing, false))

)

select * from final
