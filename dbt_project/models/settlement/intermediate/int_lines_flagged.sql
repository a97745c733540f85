-- One row per line key of the ledger × flag that holds it: by its lead, its contract, its partner.
with line_scopes as (

    select * from {{ ref('int_ledger_line_scopes') }}

),

flags as (

    select * from {{ ref('int_flags_decided') }}
    where is_holding

),

final as (

    select
        line_scopes.line_key,
        flags.flag_id
    from line_scopes
    inner join flags
        on line_scopes.scope = flags.scope and line_scopes.scope_id = flags.scope_id
    group by line_scopes.line_key, flags.flag_id

)

select * from final
