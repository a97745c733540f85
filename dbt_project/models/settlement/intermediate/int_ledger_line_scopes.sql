-- One row per line key with positive net yen × scope it lies in (lead, contract, partner): what a
-- hold of that scope can reach. Negative lines are never held.
with lines as (

    select * from {{ ref('int_ledger_lines_summed') }}
    where posted_yen > 0

),

scoped as (

    select
        line_key,
        posted_yen,
        'lead' as scope,
        lead_id as scope_id
    from lines
    union all
    select
        line_key,
        posted_yen,
        'contract' as scope,
        contract_id as scope_id
    from lines
    union all
    select
        line_key,
        posted_yen,
        'partner' as scope,
        partner_id as scope_id
    from lines

),

final as (

    select
        line_key,
        posted_yen,
        scope,
        scope_id
    from scoped
    where scope_id is not null

)

select * from final
