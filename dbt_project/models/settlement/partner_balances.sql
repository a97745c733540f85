-- One row per partner with postings or payments (パートナー残高): earned − paid, and how old the
-- unpaid statements are; payments without a statement are taken off.
with ledger as (

    select * from {{ ref('fct_commission_ledger') }}

),

statements as (

    select * from {{ ref('partner_statements') }}

),

paid as (

    select * from {{ ref('int_payouts_aged') }}

),

yen as (

    select
        partner_id,
        amount_yen as earned_yen,
        0 as tax_yen,
        0 as withholding_yen
    from ledger
    union all
    select
        partner_id,
        0 as earned_yen,
        tax_yen,
        withholding_yen
    from statements
    where is_frozen

),

earned as (

    select
        partner_id,
        cast(sum(earned_yen) as bigint) as earned_yen,
        cast(sum(tax_yen) as bigint) as tax_yen,
        cast(sum(withholding_yen) as bigint) as withholding_yen
    from yen
    group by partner_id

),

balanced as (

    select
        coalesce(earned.partner_id, paid.partner_id) as partner_id,
        coalesce(earned.earned_yen, 0) as earned_yen,
        coalesce(earned.tax_yen, 0) as tax_yen,
        coalesce(earned.withholding_yen, 0) as withholding_yen,
        coalesce(paid.paid_yen, 0) as paid_yen,
        coalesce(paid.open_yen, 0) as open_yen,
        coalesce(paid.unmatched_yen, 0) as unmatched_yen,
        coalesce(paid.not_due_yen, 0) as not_due_yen,
        coalesce(paid.overdue_30_yen, 0) as overdue_30_yen,
        coalesce(paid.overdue_60_yen, 0) as overdue_60_yen,
        coalesce(paid.overdue_90_yen, 0) as overdue_90_yen,
        coalesce(paid.overdue_over_90_yen, 0) as overdue_over_90_yen
    from earned
    full outer join paid on earned.partner_id = paid.partner_id

),

final as (

    select
        partner_id,
        earned_yen,
        tax_yen,
        withholding_yen,
        paid_yen,
        open_yen,
        unmatched_yen,
        not_due_yen,
        overdue_30_yen,
        overdue_60_yen,
        overdue_90_yen,
        overdue_over_90_yen,
        earned_yen + tax_yen - withholding_yen - paid_yen as balance_yen
    from balanced

)

select * from final
