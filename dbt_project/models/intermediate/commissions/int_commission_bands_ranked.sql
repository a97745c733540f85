-- One row per window × marginal band of a rate that is paid by the piece: the base yen of the lines
-- that fell into the band, in the order in which they were achieved.
{{ config(materialized='view') }}

with lines as (

    select * from {{ ref('int_commission_lines_windowed') }}
    where is_in_quantity

),

terms as (

    select * from {{ ref('int_commission_terms_prepared') }}
    where tier_mode = 'marginal' and tier_measure = 'count' and basis = 'rate'

),

bands as (

    select * from {{ ref('int_commission_bands') }}

),

ranked as (

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

),

final as (

    select
        ranked.term_id,
        ranked.window_label,
        bands.from_value,
        cast(sum(ranked.base_yen) as bigint) as base_yen
    from ranked
    inner join bands
        on
            ranked.term_id = bands.term_id
            and ranked.place >= bands.from_value
            and ranked.place < coalesce(bands.until_value, ranked.place + 1)
    group by ranked.term_id, ranked.window_label, bands.from_value

)

select * from final
