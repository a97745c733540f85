-- One row per line of the terms in force achieved in the last twelve months, with its share of the
-- uplift and cap of its window (按分): equal parts, whole yen, that add up to the window's.
{{ config(materialized='view') }}

with lines as (

    select * from {{ ref('int_commission_lines') }}
    where achieved_on is not null and scenario is null

),

windowed as (

    select * from {{ ref('int_commission_lines_windowed') }}
    where scenario is null

),

window_lines as (

    select * from {{ ref('int_commission_window_lines') }}

),

night as (

    select * from {{ ref('stg_run__night') }}

),

windows as (

    select
        term_id,
        window_label,
        sum(target_yen) as window_yen
    from window_lines
    group by term_id, window_label

),

placed as (

    select
        windowed.funnel_event_id,
        windowed.term_id,
        windowed.line_month,
        windows.window_yen,
        count(*) over (partition by windowed.term_id, windowed.window_label) as line_count,
        row_number() over (
            partition by windowed.term_id, windowed.window_label
            order by windowed.achieved_on, windowed.funnel_event_id, windowed.line_month
        ) as place
    from windowed
    inner join windows
        on windowed.term_id = windows.term_id and windowed.window_label = windows.window_label

),

final as (

    select
        lines.funnel_event_id,
        lines.term_id,
        lines.role,
        lines.stage,
        lines.base_yen,
        lines.kept_yen + coalesce(
            {{ divide_trunc('placed.window_yen * placed.place', 'placed.line_count') }}
            - {{ divide_trunc('placed.window_yen * (placed.place - 1)', 'placed.line_count') }},
            0
        ) as amount_yen
    from lines
    inner join night
        on lines.achieved_on >= {{ add_months(month_of('night.business_day'), -11) }}
    left join placed
        on
            lines.funnel_event_id = placed.funnel_event_id
            and lines.term_id = placed.term_id
            and coalesce(lines.line_month, -1) = coalesce(placed.line_month, -1)

)

select * from final
