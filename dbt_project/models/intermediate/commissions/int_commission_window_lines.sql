-- One row per uplift and cap line of a window (段階加算・期間上限). It earns in the period in which the
-- window stands tonight, and for good in its last one. What-if drafts have none.
{{ config(materialized='view') }}

with uplifts as (

    select * from {{ ref('int_commission_uplifts') }}
    where scenario is null

),

caps as (

    select * from {{ ref('int_commission_caps') }}
    where scenario is null

),

terms as (

    select * from {{ ref('int_commission_terms_prepared') }}

),

lines as (

    select
        term_id,
        window_label,
        last_period,
        event_known_at,
        forfeited_at,
        'uplift' as component,
        uplift_yen as target_yen
    from uplifts
    union all
    select
        term_id,
        window_label,
        last_period,
        event_known_at,
        forfeited_at,
        'cap' as component,
        cap_yen as target_yen
    from caps

),

final as (

    select
        lines.term_id,
        lines.component,
        lines.window_label,
        least(lines.last_period, terms.current_period) as earn_period,
        lines.last_period,
        lines.event_known_at,
        lines.forfeited_at,
        lines.target_yen
    from lines
    inner join terms on lines.term_id = terms.term_id

)

select * from final
