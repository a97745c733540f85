-- One row per term × window (集計期間): its units (count and base yen of the lines that count), and
-- what its base lines come to before and after caps and cancellations.
with lines as (

    select * from {{ ref('int_commission_lines_windowed') }}

),

final as (

    select
        term_id,
        window_label,
        last_period,
        partner_id,
        role,
        scenario,
        max(event_known_at) as event_known_at,
        max(forfeited_at) as forfeited_at,
        count(*) filter (where is_in_quantity) as unit_count,
        cast(coalesce(sum(base_yen) filter (where is_in_quantity), 0) as bigint) as unit_yen,
        cast(coalesce(sum(uncapped_yen) filter (where is_in_quantity), 0) as bigint)
            as uncapped_yen,
        cast(sum(kept_yen) as bigint) as kept_yen
    from lines
    group by term_id, window_label, last_period, partner_id, role, scenario

)

select * from final
