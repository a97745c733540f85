-- One row per partner × closing period (支払通知書): frozen ones in their latest version, those of
-- open periods as they would be frozen tonight.
with frozen as (

    select * from {{ ref('stg_ledger__statements') }}

),

drafted as (

    select * from {{ ref('int_statements_taxed') }}
    where not is_frozen

),

versioned as (

    select
        *,
        {{ sha256_hex(
            "concat_ws('|', statement_id, cast(closing_on as varchar), cast(net_yen as varchar),"
            ~ " cast(tax_yen as varchar), cast(withholding_yen as varchar),"
            ~ " cast(amount_due_yen as varchar), coalesce(cast(due_on as varchar), ''),"
            ~ " coalesce(invoice_number, ''), lines_sha256)"
        ) }} as content_sha256
    from drafted

),

final as (

    select
        {{ statement_columns() | join(',\n        ') }},
        true as is_frozen,
        close_id
    from frozen
    union all
    select
        {{ statement_columns() | join(',\n        ') }},
        false as is_frozen,
        null as close_id
    from versioned

)

select * from final
