-- One row per tiered term × window: the tiered total over its base lines before clawback (段階加算),
-- truncated once toward zero, so it carries the rounding crumbs of the lines too.
{{ config(materialized='view') }}

with windows as (

    select * from {{ ref('int_commission_windows') }}

),

filled as (

    select * from {{ ref('int_commission_bands_filled') }}

),

totals as (

    select
        term_id,
        window_label,
        sum(
            case
                when rate_ppm is null
                    then cast(unit_count as {{ wide_integer() }}) * fixed_yen * 1000000
                else cast(unit_yen as {{ wide_integer() }}) * rate_ppm
            end
        ) as total_ppm_yen
    from filled
    group by term_id, window_label

),

final as (

    select
        windows.term_id,
        windows.window_label,
        windows.last_period,
        windows.partner_id,
        windows.role,
        windows.scenario,
        windows.event_known_at,
        windows.forfeited_at,
        windows.unit_count,
        windows.unit_yen,
        {{ divide_trunc('totals.total_ppm_yen', 1000000) }} - windows.uncapped_yen as uplift_yen
    from windows
    inner join totals
        on windows.term_id = totals.term_id and windows.window_label = totals.window_label

)

select * from final
