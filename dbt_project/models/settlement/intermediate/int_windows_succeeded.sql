-- One row per window (term × window) that lost its deals to another term's, or took them over (a
-- new version, another agreement): the subject that both are judged with (判定単位).
with ledger as (

    select * from {{ ref('fct_commission_ledger') }}

),

current_lines as (

    select
        windowed.partner_id,
        windowed.role,
        windowed.term_id,
        {{ line_subject('windowed') }} as subject,
        {{ window_subject('windowed.term_id', 'windowed.window_label') }} as window_key
    from {{ ref('int_commission_lines_windowed') }} as windowed
    where windowed.scenario is null

),

windows as (

    select
        partner_id,
        role,
        term_id,
        subject as window_label,
        {{ window_subject('term_id', 'subject') }} as window_key
    from ledger
    where component in ('uplift', 'cap')
    group by partner_id, role, term_id, subject

),

left_windows as (

    select windows.*
    from windows
    anti join current_lines on windows.window_key = current_lines.window_key

),

-- The label of a window tells its kind.
base_lines as (

    select
        partner_id,
        role,
        term_id,
        subject,
        {{ window_label('earn_period', "'month'") }} as month_label,
        {{ window_label('earn_period', "'quarter'") }} as quarter_label,
        {{ window_label('earn_period', "'fiscal_year'") }} as year_label
    from ledger
    where component = 'base'
    group by partner_id, role, term_id, subject, earn_period

),

moved as (

    select
        left_windows.window_key,
        current_lines.window_key as successor_key
    from left_windows
    inner join base_lines
        on
            left_windows.partner_id = base_lines.partner_id
            and left_windows.role = base_lines.role
            and left_windows.term_id = base_lines.term_id
            and left_windows.window_label in (
                base_lines.month_label, base_lines.quarter_label, base_lines.year_label
            )
    inner join current_lines
        on
            base_lines.partner_id = current_lines.partner_id
            and base_lines.role = current_lines.role
            and base_lines.subject = current_lines.subject
            and base_lines.term_id <> current_lines.term_id
    group by left_windows.window_key, current_lines.window_key

),

-- A window that became several, and several that became one, are named by the same of them.
lost as (

    select
        window_key,
        min(successor_key) as subject_key
    from moved
    group by window_key

),

taken_over as (

    select
        moved.successor_key as window_key,
        min(lost.subject_key) as subject_key
    from moved
    inner join lost on moved.window_key = lost.window_key
    group by moved.successor_key

),

final as (

    select
        coalesce(lost.window_key, taken_over.window_key) as window_key,
        coalesce(lost.subject_key, taken_over.subject_key) as subject_key
    from lost
    full outer join taken_over on lost.window_key = taken_over.window_key

)

select * from final
