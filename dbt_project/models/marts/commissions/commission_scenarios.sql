-- One row per what-if (仮定プラン) × partner with a draft in it, and one per what-if over all of them
-- (partner_id NULL): what our own history would have cost under it, and what it cost under the
-- terms in force. Compared are the lines earned from the closing period in which the partner's
-- earliest drafted version took effect (all of them if a draft takes over earlier deals) up to
-- tonight. Terms without a draft stay in force on both sides.
with partners as (

    select
        scenario,
        partner_id,
        cast(sum(drafts_count) as bigint) as drafts_count,
        min(from_period) as from_period
    from {{ ref('int_scenario_partners_dated') }}
    group by grouping sets ((scenario, partner_id), (scenario))

),

yen as (

    select * from {{ ref('int_scenario_yen_summed') }}

),

sales as (

    select * from {{ ref('int_scenario_sales_summed') }}

),

cliffs as (

    select * from {{ ref('int_scenario_cliffs_summed') }}

),

facts as (

    select
        partners.*,
        sales.contracts_count,
        sales.revenue_yen,
        cliffs.last_window,
        cliffs.next_band_gap,
        cliffs.one_more_sale_yen,
        coalesce(yen.what_if_yen, 0) as what_if_yen,
        coalesce(yen.in_force_yen, 0) as in_force_yen,
        coalesce(yen.what_if_events_count, 0) as what_if_events_count,
        coalesce(yen.in_force_events_count, 0) as in_force_events_count,
        coalesce(yen.winners_count, 0) as winners_count,
        coalesce(yen.losers_count, 0) as losers_count,
        coalesce(cliffs.what_if_just_below_count, 0) as what_if_just_below_count,
        coalesce(cliffs.in_force_just_below_count, 0) as in_force_just_below_count
    from partners
    left join yen
        on
            partners.scenario = yen.scenario
            and partners.partner_id is not distinct from yen.partner_id
    left join sales
        on
            partners.scenario = sales.scenario
            and partners.partner_id is not distinct from sales.partner_id
    left join cliffs
        on
            partners.scenario = cliffs.scenario
            and partners.partner_id is not distinct from cliffs.partner_id

),

final as (

    select
        concat_ws('|', scenario, partner_id) as scenario_row_id,
        scenario,
        partner_id,
        partner_id is null as is_total,
        nullif(from_period, '0001-01') as from_period,
        drafts_count,
        in_force_yen,
        what_if_yen,
        what_if_yen - in_force_yen as difference_yen,
        case when partner_id is not null then what_if_yen > in_force_yen end as is_winner,
        case when partner_id is not null then what_if_yen < in_force_yen end as is_loser,
        winners_count,
        losers_count,
        in_force_events_count,
        what_if_events_count,
        coalesce(contracts_count, 0) as contracts_count,
        coalesce(revenue_yen, 0) as revenue_yen,
        {{ ratio_ppm('in_force_yen', 'revenue_yen') }} as in_force_rate_ppm,
        {{ ratio_ppm('what_if_yen', 'revenue_yen') }} as what_if_rate_ppm,
        {{ divide_trunc('in_force_yen', 'contracts_count') }} as in_force_cac_yen,
        {{ divide_trunc('what_if_yen', 'contracts_count') }} as what_if_cac_yen,
        in_force_just_below_count,
        what_if_just_below_count,
        last_window,
        next_band_gap,
        one_more_sale_yen
    from facts

)

select * from final
