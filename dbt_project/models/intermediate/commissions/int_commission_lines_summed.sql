-- One row per event × term with lines: its yen over all of them, and the state of the latest one.
-- Of several months that one tells how far the term is; a waiting month hides behind paid ones.
{{ config(materialized='view') }}

with lines as (

    select * from {{ ref('int_commission_lines') }}

),

final as (

    select
        funnel_event_id,
        term_id,
        max(achieved_on) as achieved_on,
        max(matures_on) as matures_on,
        cast(sum(case when achieved_on is not null then kept_yen else 0 end) as bigint)
            as amount_yen,
        max_by(line_state, coalesce(achieved_on, date '0001-01-01')) as line_state
    from lines
    group by funnel_event_id, term_id

)

select * from final
