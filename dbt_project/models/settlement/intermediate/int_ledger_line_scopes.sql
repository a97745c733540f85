-- One row per line key with positive net yen × scope it lies in (lead, contract, rep, partner):
-- what a flag or hold of that scope can reach. Negative lines are never held.
with lines as (

    select * from {{ ref('int_ledger_lines_summed') }}
    where posted_yen > 0

),

sales as (

    select * from {{ ref('int_sales_credited') }}

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
    union all
    select
        lines.line_key,
        lines.posted_yen,
        'rep' as scope,
        sales.rep_id as scope_id
    from lines
    inner join sales
        on
            coalesce(lines.contract_id, lines.lead_id) = sales.subject_id
            and case when lines.contract_id is null then 'lead' else 'contract' end
            = sales.subject_kind

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
