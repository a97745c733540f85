-- One row per product × stage: what the terms in force paid for its events in the last twelve
-- months, to all roles and to the sellers, by recurring terms so far, per event, and by rates per
-- yen of their base amounts.
with lines as (

    select * from {{ ref('int_design_lines_allotted') }}

),

events as (

    select * from {{ ref('int_commission_events') }}

),

terms as (

    select * from {{ ref('int_commission_terms_prepared') }}

),

facts as (

    select
        events.product_id,
        lines.stage,
        lines.funnel_event_id,
        lines.role,
        lines.base_yen,
        lines.amount_yen,
        terms.basis,
        terms.term_kind
    from lines
    inner join events on lines.funnel_event_id = events.funnel_event_id
    inner join terms on lines.term_id = terms.term_id
    where events.product_id is not null

),

summed as (

    select
        product_id,
        stage,
        count(distinct funnel_event_id) as paid_events_count,
        cast(sum(amount_yen) as bigint) as paid_yen,
        cast(coalesce(sum(amount_yen) filter (where term_kind = 'recurring'), 0) as bigint)
            as recurring_yen,
        cast(sum(amount_yen) filter (where role = 'seller') as bigint) as seller_yen,
        cast(sum(amount_yen) filter (where basis = 'rate') as bigint) as rate_yen,
        cast(sum(base_yen) filter (where basis = 'rate') as bigint) as rate_base_yen
    from facts
    group by product_id, stage

),

final as (

    select
        product_id,
        stage,
        paid_events_count,
        paid_yen,
        recurring_yen,
        seller_yen,
        {{ divide_trunc('paid_yen', 'paid_events_count') }} as current_yen,
        {{ ratio_ppm('rate_yen', 'rate_base_yen') }} as current_rate_ppm
    from summed

)

select * from final
