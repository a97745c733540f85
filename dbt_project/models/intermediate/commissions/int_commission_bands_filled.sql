-- One row per window × price band that its units reach: how many of them, and of their base yen,
-- the band pays. Marginal bands (超過部分) share the units in the order in which they were achieved, a
-- slab (全額) takes all of them.
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

lines as (

    select * from {{ ref('int_commission_lines_windowed') }}
    where is_in_quantity

),

measured as (

    select
        windows.*,
        terms.tier_mode,
        terms.tier_measure,
        greatest(
            0,
            case terms.tier_measure when 'count' then windows.unit_count else windows.unit_yen end
        ) as quantity
    from windows
    inner join terms on windows.term_id = terms.term_id

),

-- Only a rate paid by the piece needs to know which line fell into which band.
ranked_lines as (

    select
        lines.term_id,
        lines.window_label,
        lines.base_yen,
        row_number() over (
            partition by lines.term_id, lines.window_label
            order by
                lines.achieved_on,
                lines.contract_id,
                lines.funnel_event_id,
                lines.line_month
        ) - 1 as place
    from lines
    inner join terms on lines.term_id = terms.term_id
    where terms.tier_mode = 'marginal' and terms.tier_measure = 'count' and terms.basis = 'rate'

),

banded_yen as (

    select
        ranked_lines.term_id,
        ranked_lines.window_label,
        bands.from_value,
        cast(sum(ranked_lines.base_yen) as bigint) as base_yen
    from ranked_lines
    inner join bands
        on
            ranked_lines.term_id = bands.term_id
            and ranked_lines.place >= bands.from_value
            and ranked_lines.place < coalesce(bands.until_value, ranked_lines.place + 1)
    group by ranked_lines.term_id, ranked_lines.window_label, bands.from_value

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
        on measured.term_id = bands.term_id and measured.quantity >= bands.from_value
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
