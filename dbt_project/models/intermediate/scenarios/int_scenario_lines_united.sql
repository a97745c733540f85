-- One row per what-if × partner × commission line of either plan, the what-if or the one in force,
-- from the first compared period on: its yen. The event is NULL on lines of a window (uplift, cap).
with partners as (

    select * from {{ ref('int_scenario_partners_dated') }}

),

lines as (

    select * from {{ ref('int_commission_lines') }}
    where achieved_on is not null

),

uplifts as (

    select * from {{ ref('int_commission_uplifts') }}

),

caps as (

    select * from {{ ref('int_commission_caps') }}

),

yen as (

    select
        partner_id,
        scenario,
        earn_period as period,
        funnel_event_id,
        kept_yen as amount_yen
    from lines
    union all
    select
        partner_id,
        scenario,
        last_period as period,
        null as funnel_event_id,
        uplift_yen as amount_yen
    from uplifts
    union all
    select
        partner_id,
        scenario,
        last_period as period,
        null as funnel_event_id,
        cap_yen as amount_yen
    from caps

),

final as (

    select
        partners.scenario,
        partners.partner_id,
        yen.scenario is not null as is_what_if,
        yen.funnel_event_id,
        yen.amount_yen
    from yen
    inner join partners
        on
            yen.partner_id = partners.partner_id
            and yen.period >= partners.from_period
            and coalesce(yen.scenario, partners.scenario) = partners.scenario

)

select * from final
