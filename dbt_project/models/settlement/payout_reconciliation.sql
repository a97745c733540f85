-- One row per frozen statement, and per payment without one (支払照合): what was to be paid, what was
-- paid, and the difference. Only yen that left by the business day count.
with statements as (

    select * from {{ ref('stg_ledger__statements') }}

),

payouts as (

    select * from {{ ref('int_payouts_matched') }}

),

night as (

    select * from {{ ref('stg_run__night') }}

),

paid as (

    select
        statement_id,
        {{ join_sorted('payout_id') }} as payout_ids,
        {{ join_sorted('matched_by') }} as matched_by,
        max(paid_on) as last_paid_on,
        cast(sum(amount_yen) as bigint) as paid_yen
    from payouts
    where statement_id is not null
    group by statement_id

),

compared as (

    select
        statements.statement_id as reconciliation_id,
        statements.partner_id,
        statements.statement_id,
        statements.period,
        statements.due_on,
        paid.payout_ids,
        paid.matched_by,
        paid.last_paid_on,
        statements.amount_due_yen,
        coalesce(paid.paid_yen, 0) as paid_yen
    from statements
    left join paid on statements.statement_id = paid.statement_id
    union all
    select
        'payout:' || payout_id as reconciliation_id,
        partner_id,
        null as statement_id,
        null as period,
        null as due_on,
        payout_id as payout_ids,
        null as matched_by,
        paid_on as last_paid_on,
        0 as amount_due_yen,
        amount_yen as paid_yen
    from payouts
    where statement_id is null

),

final as (

    select
        compared.reconciliation_id,
        compared.partner_id,
        compared.statement_id,
        compared.period,
        compared.due_on,
        compared.payout_ids,
        compared.matched_by,
        compared.last_paid_on,
        compared.amount_due_yen,
        compared.paid_yen,
        compared.paid_yen - compared.amount_due_yen as difference_yen,
        case
            when compared.statement_id is null then 'no_statement'
            when compared.paid_yen > compared.amount_due_yen then 'overpaid'
            when compared.paid_yen = compared.amount_due_yen and compared.amount_due_yen = 0
                then 'nothing_due'
            when compared.paid_yen = compared.amount_due_yen then 'paid'
            when night.business_day <= compared.due_on then 'not_due'
            when compared.paid_yen <> 0 then 'underpaid'
            else 'unpaid'
        end as status
    from compared
    cross join night

)

select * from final
