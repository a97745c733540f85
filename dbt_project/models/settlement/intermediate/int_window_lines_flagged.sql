-- One row per line of a window (集計期間) × flag that holds its base line; flag_id is NULL for a line
-- that nothing holds.
with windowed as (

    select * from {{ ref('int_commission_lines_windowed') }}
    where scenario is null

),

lines as (

    select * from {{ ref('int_ledger_lines_summed') }}
    where component = 'base'

),

flagged as (

    select * from {{ ref('int_lines_flagged') }}

),

held as (

    select
        lines.partner_id,
        lines.role,
        lines.term_id,
        lines.subject,
        flagged.flag_id
    from lines
    inner join flagged on lines.line_key = flagged.line_key
    group by lines.partner_id, lines.role, lines.term_id, lines.subject, flagged.flag_id

),

final as (

    select
        windowed.term_id,
        windowed.window_label,
        windowed.partner_id,
        windowed.role,
        {{ line_subject('windowed') }} as subject,
        windowed.base_yen,
        windowed.is_in_quantity,
        held.flag_id
    from windowed
    left join held
        on
            windowed.partner_id = held.partner_id
            and windowed.role = held.role
            and windowed.term_id = held.term_id
            and {{ line_subject('windowed') }} = held.subject

)

select * from final
