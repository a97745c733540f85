-- One row per event × role × partner that a term may pay: the seller, its parent (一次店) and
-- grandparent by the hierarchy on the anchor date; none above a seller whose hierarchy is a cycle.
{{ config(materialized='view') }}

with events as (

    select * from {{ ref('int_commission_events') }}

),

ancestors as (

    select * from {{ ref('int_partner_ancestors_dated') }}

),

uppers as (

    select
        events.funnel_event_id,
        events.stage,
        events.product_id,
        events.anchor_on,
        ancestors.ancestor_id,
        ancestors.depth,
        bool_or(ancestors.is_cycle) over (partition by events.funnel_event_id) as is_in_cycle
    from events
    inner join ancestors
        on
            events.partner_id = ancestors.partner_id
            and events.anchor_on >= ancestors.valid_from
            and events.anchor_on < ancestors.valid_until

),

final as (

    select
        funnel_event_id,
        stage,
        product_id,
        anchor_on,
        partner_id,
        'seller' as role
    from events
    union all
    select
        funnel_event_id,
        stage,
        product_id,
        anchor_on,
        ancestor_id as partner_id,
        case depth when 1 then 'parent' else 'grandparent' end as role
    from uppers
    where depth <= 2 and not is_in_cycle

)

select * from final
