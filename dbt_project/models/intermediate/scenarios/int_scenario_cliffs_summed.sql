-- One row per what-if × partner, and one per what-if over all its partners (partner_id NULL): how
-- many windows ended one sale short of a band under either plan, and of the partner's last window
-- under the what-if the cliff that is worth most (段階の崖).
with cliffs as (

    select * from {{ ref('int_scenario_cliffs_measured') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by scenario, partner_id, is_what_if
            order by last_period desc, one_more_sale_yen desc nulls last, term_id asc
        ) as place
    from cliffs

),

final as (

    select
        scenario,
        partner_id,
        count(*) filter (where is_what_if and is_just_below) as what_if_just_below_count,
        count(*) filter (where not is_what_if and is_just_below) as in_force_just_below_count,
        case
            when grouping(partner_id) = 0
                then max(case when is_what_if and place = 1 then window_label end)
        end as last_window,
        case
            when grouping(partner_id) = 0
                then max(case when is_what_if and place = 1 then next_band_gap end)
        end as next_band_gap,
        case
            when grouping(partner_id) = 0
                then max(case when is_what_if and place = 1 then one_more_sale_yen end)
        end as one_more_sale_yen
    from ranked
    group by grouping sets ((scenario, partner_id), (scenario))

)

select * from final
