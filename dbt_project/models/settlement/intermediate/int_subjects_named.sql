-- One row per line key of the ledger with the subject it is judged with (判定単位): of a base line its
-- event, of a window's line its term and window. Where a term lost a window whole to another one
-- (a new version, another agreement), its line is one subject with the line that took its deals.
with ledger as (

    select * from {{ ref('fct_commission_ledger') }}

),

succeeded as (

    select * from {{ ref('int_windows_succeeded') }}

),

lines as (

    select
        line_key,
        partner_id,
        role,
        term_id,
        component,
        subject,
        component in ('uplift', 'cap') as is_window,
        {{ window_subject('term_id', 'subject') }} as window_key
    from ledger
    group by line_key, partner_id, role, term_id, component, subject

),

final as (

    select
        lines.line_key,
        lines.component,
        case
            when lines.is_window then coalesce(succeeded.subject_key, lines.window_key)
            else lines.subject
        end as subject_key
    from lines
    left join succeeded on lines.is_window and lines.window_key = succeeded.window_key

)

select * from final
