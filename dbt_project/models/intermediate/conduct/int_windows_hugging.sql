-- One row per closed window with a tier above its lowest: whether it ended 0–3 % above a tier
-- (段階の直上), and above the lowest tier of an amount (最低額), and the chance of that: sales that
-- come independently scatter by the root of their squares' sum, so it is what a normal density of
-- that width about the window's own total holds from each tier to 3 % more. Yen of a single sale at
-- list price are nobody's choice.
with windows as (

    select * from {{ ref('int_windows_closed') }}

),

tiers as (

    select
        *,
        row_number() over (partition by term_id order by from_value) as place
    from {{ ref('int_commission_bands') }}
    where from_value > 0

),

compared as (

    select
        windows.term_id,
        windows.last_period,
        tiers.place = 1 and windows.tier_measure = 'amount' as is_minimum,
        not windows.is_list_price
        and windows.quantity >= tiers.from_value
        and windows.quantity * 100 <= tiers.from_value * 103 as is_above,
        (floor(tiers.from_value * 0.03) + 1) / sqrt(2 * pi() * windows.squares)
        * exp(-pow(tiers.from_value - windows.quantity, 2) / (2 * windows.squares)) as chance
    from windows
    inner join tiers on windows.term_id = tiers.term_id
    where windows.squares > 0

),

hugging as (

    select
        term_id,
        last_period,
        bool_or(is_above) as is_hugging,
        least(1.0, sum(chance)) as chance,
        bool_or(is_above) filter (where is_minimum) as is_minimum_hugging,
        max(chance) filter (where is_minimum) as minimum_chance
    from compared
    group by term_id, last_period

),

final as (

    select
        windows.term_id,
        windows.partner_id,
        windows.series,
        windows.last_period,
        windows.windows_ago,
        hugging.is_hugging,
        hugging.chance,
        hugging.is_minimum_hugging,
        hugging.minimum_chance,
        windows.source_rows
    from windows
    inner join hugging
        on windows.term_id = hugging.term_id and windows.last_period = hugging.last_period

)

select * from final
