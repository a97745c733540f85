-- One row per window × price band that its units reach: how many of them, and of their base yen,
-- the band pays. Marginal bands (超過部分) share the units in the order in which they were achieved,
-- a slab (全額) takes all of them. Refunds beyond the sales (below 0) fall into the lowest band.
with windows as (

    select * from {{ ref('int_commission_windows') }}

),

terms as (

    select * from {{ ref('int_commission_terms_prepared') }}
    where has_tiers

),

bands as (

    select * from {{ ref('int_commission_bands') }}

),

banded_yen as (

    select * from {{ ref('int_commission_bands_ranked') }}

),

measured as (

    select
        windows.*,
        terms.tier_mode,
        terms.tier_measure,
        case terms.tier_measure when 'count' then windows.unit_count else windows.unit_yen end
            as quantity
    from windows
    inner join terms on windows.term_id = terms.term_id

),

reached as (

    select
        measured.*,
        bands.from_value,
        bands.fixed_yen,
        bands.rate_ppm,
        least(measured.quantity, coalesce(bands.until_value, measured.quantity))
        - bands.from_value as share
    from measured
    inner join bands
        on
            measured.term_id = bands.term_id
            and greatest(measured.quantity, 0) >= bands.from_value
    where
        measured.tier_mode = 'marginal'
        or measured.quantity < coalesce(bands.until_value, measured.quantity + 1)

),

final as (

    select
        reached.term_id,
        reached.window_label,
        reached.from_value,
        reached.fixed_yen,
        reached.rate_ppm,
        case
            when reached.tier_mode = 'slab' then reached.unit_count
            when reached.tier_measure = 'count' then reached.share
        end as unit_count,
        case
            when reached.tier_mode = 'slab' then reached.unit_yen
            when reached.tier_measure = 'amount' then reached.share
            else coalesce(banded_yen.base_yen, 0)
        end as unit_yen
    from reached
    left join banded_yen
        on
            reached.term_id = banded_yen.term_id
            and reached.window_label = banded_yen.window_label
            and reached.from_value = banded_yen.from_value

)

select * from final
