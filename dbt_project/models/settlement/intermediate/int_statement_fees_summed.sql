-- One row per statement (源泉徴収の月計): its fees, and those of the same partner and month of payment
-- before it; withholding counts by person and month.
with summed as (

    select * from {{ ref('int_statements_summed') }}

),

frozen as (

    select * from {{ ref('stg_ledger__statements') }}

),

fees as (

    select
        statement_id,
        partner_id,
        period,
        case
            when net_yen > 0 then greatest(net_yen - penalty_yen - carried_in_exempt_yen, 0)
            else 0
        end as fee_yen,
        coalesce(due_on, closing_on) as pays_on
    from summed
    union all
    select
        statement_id,
        partner_id,
        period,
        taxable_yen as fee_yen,
        coalesce(due_on, closing_on) as pays_on
    from frozen

),

fees_summed as (

    select
        *,
        cast(sum(fee_yen) over (
            partition by partner_id, {{ month_of('pays_on') }} order by period
        ) as bigint) as month_yen
    from fees

),

final as (

    select
        *,
        month_yen - fee_yen as earlier_yen
    from fees_summed

)

select * from final
