-- One row per term with a cap per window (期間上限) × window: what its lines and uplift exceed it by,
-- as a negative amount, else 0.
{{ config(materialized='view') }}

with windows as (

    select * from {{ ref('int_commission_windows') }}

),

uplifts as (

    select * from {{ ref('int_commission_uplifts') }}

),

terms as (

    select * from {{ ref('int_commission_terms_prepared') }}

),

final as (

    select
        windows.term_id,
        windows.window_label,
        windows.last_period,
        windows.partner_id,
        windows.role,
        windows.scenario,
        windows.event_known_at,
        windows.forfeited_at,
        least(
            0, terms.cap_window_yen - windows.kept_yen - coalesce(uplifts.uplift_yen, 0)
        ) as cap_yen
    from windows
    inner join terms on windows.term_id = terms.term_id
    left join uplifts
        on windows.term_id = uplifts.term_id and windows.window_label = uplifts.window_label
    where terms.cap_window_yen is not null

)

select * from final
