-- One row per what-if × partner, and one per what-if over all its partners (partner_id NULL): yen
-- and paid events under either plan, and how many partners the what-if pays more or less.
with lines as (

    select * from {{ ref('int_scenario_lines_united') }}

),

partner_yen as (

    select
        scenario,
        partner_id,
        sum(case when is_what_if then amount_yen else -amount_yen end) as difference_yen
    from lines
    group by scenario, partner_id

),

changed as (

    select
        scenario,
        partner_id,
        count(*) filter (where difference_yen > 0) as winners_count,
        count(*) filter (where difference_yen < 0) as losers_count
    from partner_yen
    group by grouping sets ((scenario, partner_id), (scenario))

),

summed as (

    select
        scenario,
        partner_id,
        sum(case when is_what_if then amount_yen else 0 end) as what_if_yen,
        sum(case when is_what_if then 0 else amount_yen end) as in_force_yen,
        count(distinct case when is_what_if then funnel_event_id end) as what_if_events_count,
        count(distinct case when not is_what_if then funnel_event_id end) as in_force_events_count
    from lines
    group by grouping sets ((scenario, partner_id), (scenario))

),

final as (

    select
        summed.scenario,
        summed.partner_id,
        cast(summed.what_if_yen as bigint) as what_if_yen,
        cast(summed.in_force_yen as bigint) as in_force_yen,
        summed.what_if_events_count,
        summed.in_force_events_count,
        changed.winners_count,
        changed.losers_count
    from summed
    inner join changed
        on
            summed.scenario = changed.scenario
            and summed.partner_id is not distinct from changed.partner_id

)

select * from final
