-- One row per uplift line (段階加算) × flag: its window reaches its band only with lines that flags
-- hold, so it waits with them. An uplift whose band the other lines reach as well is not held.
with windowed as (

    select * from {{ ref('int_window_lines_flagged') }}

),

terms as (

    select * from {{ ref('int_commission_terms_prepared') }}
    where has_tiers

),

bands as (

    select * from {{ ref('int_commission_bands') }}

),

lines as (

    select * from {{ ref('int_ledger_lines_summed') }}
    where component = 'uplift' and posted_yen > 0

),

window_lines as (

    select
        windowed.term_id,
        windowed.window_label,
        windowed.subject,
        max(case terms.tier_measure when 'count' then 1 else windowed.base_yen end) as units,
        max(windowed.flag_id) is null as is_free
    from windowed
    inner join terms on windowed.term_id = terms.term_id
    where windowed.is_in_quantity
    group by windowed.term_id, windowed.window_label, windowed.subject

),

windows as (

    select
        term_id,
        window_label,
        sum(units) as quantity,
        coalesce(sum(case when is_free then units end), 0) as free_quantity
    from window_lines
    group by term_id, window_label

),

lifted as (

    select
        windows.term_id,
        windows.window_label
    from windows
    inner join bands on windows.term_id = bands.term_id
    where bands.from_value > windows.free_quantity and bands.from_value <= windows.quantity
    group by windows.term_id, windows.window_label

),

final as (

    select
        lines.line_key,
        windowed.flag_id
    from lines
    inner join lifted on lines.term_id = lifted.term_id and lines.subject = lifted.window_label
    inner join windowed
        on lines.term_id = windowed.term_id and lines.subject = windowed.window_label
    where windowed.flag_id is not null
    group by lines.line_key, windowed.flag_id

)

select * from final
