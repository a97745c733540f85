-- One row per seller's event without a candidate term (条件なし), and whether the seller had any
-- agreement in force on the anchor date. What-if drafts are no candidates.
{{ config(materialized='view') }}

with events as (

    select * from {{ ref('int_commission_events') }}

),

candidates as (

    select * from {{ ref('int_commission_candidates') }}
    where scenario is null and role = 'seller'

),

spans as (

    select * from {{ ref('int_agreement_spans') }}

),

termless as (

    select events.*
    from events
    anti join candidates on events.funnel_event_id = candidates.funnel_event_id

),

final as (

    select
        termless.funnel_event_id,
        termless.partner_id,
        termless.is_confirmed,
        count(spans.agreement_id) > 0 as has_agreement
    from termless
    left join spans
        on
            termless.partner_id = spans.partner_id
            and termless.anchor_on >= spans.valid_from
            and termless.anchor_on < spans.valid_until
    group by termless.funnel_event_id, termless.partner_id, termless.is_confirmed

)

select * from final
