-- One row per what-if × partner × slab term of either plan × window from the first compared period
-- on: how far it stands from the next band (段階の崖), in the units of the term, and what one more
-- sale of its average size would have added, caps aside. Marginal bands have no cliff.
with partners as (

    select * from {{ ref('int_scenario_partners_dated') }}

),

windows as (

    select * from {{ ref('int_commission_windows') }}

),

terms as (

    select * from {{ ref('int_commission_terms_prepared') }}
    where has_tiers and tier_mode = 'slab'

),

bands as (

    select * from {{ ref('int_commission_bands') }}

),

measured as (

    select
        partners.scenario,
        partners.partner_id,
        windows.scenario is not null as is_what_if,
        windows.term_id,
        windows.window_label,
        windows.last_period,
        windows.last_period < terms.current_period as is_over,
        windows.unit_count,
        windows.unit_yen,
        {{ divide_trunc('windows.unit_yen', 'windows.unit_count') }} as sale_yen,
        greatest(
            0,
            case terms.tier_measure when 'count' then windows.unit_count else windows.unit_yen end
        ) as quantity,
        case terms.tier_measure
            when 'count' then 1
            else {{ divide_trunc('windows.unit_yen', 'windows.unit_count') }}
        end as sale_quantity
    from windows
    inner join terms on windows.term_id = terms.term_id
    inner join partners
        on
            windows.partner_id = partners.partner_id
            and windows.last_period >= partners.from_period
            and coalesce(windows.scenario, partners.scenario) = partners.scenario

),

final as (

    select
        measured.scenario,
        measured.partner_id,
        measured.is_what_if,
        measured.term_id,
        measured.window_label,
        measured.last_period,
        reached.until_value - measured.quantity as next_band_gap,
        measured.is_over
        and coalesce(one_more.from_value > reached.from_value, false) as is_just_below,
        {{ slab_yen(
            'measured.unit_count + 1', 'measured.unit_yen + measured.sale_yen', 'one_more'
        ) }} - {{ slab_yen('measured.unit_count', 'measured.unit_yen', 'reached') }}
            as one_more_sale_yen
    from measured
    inner join bands as reached
        on
            measured.term_id = reached.term_id
            and measured.quantity >= reached.from_value
            and measured.quantity < coalesce(reached.until_value, measured.quantity + 1)
    left join bands as one_more
        on
            measured.term_id = one_more.term_id
            and measured.quantity + measured.sale_quantity >= one_more.from_value
            and measured.quantity + measured.sale_quantity
            < coalesce(one_more.until_value, measured.quantity + measured.sale_quantity + 1)

)

select * from final
