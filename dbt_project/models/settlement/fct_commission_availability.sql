-- One row per line key of the ledger: how far its yen are on the way to the partner (支払可能額).
-- Held while a hold lasts, else accrued, and available once matured; the earning never changes.
with lines as (

    select * from {{ ref('int_ledger_lines_summed') }}

),

flagged as (

    select * from {{ ref('int_lines_flagged') }}
    union all
    select * from {{ ref('int_uplifts_flagged') }}

),

night as (

    select * from {{ ref('stg_run__night') }}

),

holds as (

    select
        line_key,
        {{ join_sorted('flag_id') }} as hold_flag_ids
    from flagged
    group by line_key

),

final as (

    select
        lines.line_key,
        lines.partner_id,
        lines.role,
        lines.component,
        lines.subject,
        lines.lead_id,
        lines.contract_id,
        lines.stage,
        lines.term_id,
        lines.earn_period,
        lines.posted_yen,
        lines.achieved_on,
        lines.matures_on,
        holds.hold_flag_ids,
        coalesce(lines.matures_on <= night.business_day, true) as is_matured,
        holds.line_key is not null as is_held,
        case
            when holds.line_key is not null then 'held'
            when lines.matures_on > night.business_day then 'accrued'
            else 'available'
        end as availability
    from lines
    left join holds on lines.line_key = holds.line_key
    cross join night

)

select * from final
