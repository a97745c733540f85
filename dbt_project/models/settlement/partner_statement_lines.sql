-- One row per line of a statement (支払通知書明細): frozen ones as their close recorded them, and those of
-- open periods as they stand tonight.
with frozen as (

    select * from {{ ref('stg_ledger__statement_lines') }}

),

drafted as (

    select * from {{ ref('int_statement_lines_worded') }}
    where not is_frozen

),

final as (

    select
        {{ statement_line_columns() | join(',\n        ') }},
        true as is_frozen
    from frozen
    union all
    select
        {{ statement_line_columns() | join(',\n        ') }},
        false as is_frozen
    from drafted

)

select * from final
