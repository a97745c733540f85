-- One row per achieved line of a term with tiers or a cap per window, with its window: a closing
-- month, or the quarter or fiscal year it belongs to (DOMAIN §5).
with lines as (

    select * from {{ ref('int_commission_lines') }}
    where achieved_on is not null

),

terms as (

    select * from {{ ref('int_commission_terms_prepared') }}
    where has_tiers or cap_window_yen is not null

),

final as (

    select
        lines.funnel_event_id,
        lines.term_id,
        lines.line_month,
        lines.partner_id,
        lines.role,
        lines.scenario,
        lines.contract_id,
        lines.achieved_on,
        lines.matures_on,
        lines.base_yen,
        lines.uncapped_yen,
        lines.kept_yen,
        lines.is_in_quantity,
        lines.event_known_at,
        lines.forfeited_at,
        {{ window_label('lines.earn_period', 'terms.window_kind') }} as window_label,
        {{ window_last_period('lines.earn_period', 'terms.window_kind') }} as last_period
    from lines
    inner join terms on lines.term_id = terms.term_id

)

select * from final
