-- One row per frozen statement, and per payment without one (支払照合): what was to be paid, what was
-- paid, the difference, and how late. Only yen that left by the business day count.
with settled as (

    select * from {{ ref('int_statements_settled') }}

),

payouts as (

    select * from {{ ref('int_payouts_matched') }}
    where statement_id is null

),

night as (

    select * from {{ ref('stg_run__night') }}

),

-- What a payment without a statement may have been meant for: there is only one of these yen.
fitting as (

    select
        partner_id,
        amount_due_yen - paid_yen as open_yen,
        min(statement_id) as statement_id
    from settled
    where amount_due_yen > paid_yen
    group by partner_id, amount_due_yen - paid_yen
    having count(*) = 1

),

compared as (

    select
        statement_id as reconciliation_id,
        *,
        null as suggested_statement_id
    from settled
    union all by name
    select
        'payout:' || payouts.payout_id as reconciliation_id,
        payouts.partner_id,
        payouts.payout_id as payout_ids,
        payouts.paid_on as last_paid_on,
        0 as amount_due_yen,
        payouts.amount_yen as paid_yen,
        0 as breached_yen,
        0 as late_interest_yen,
        fitting.statement_id as suggested_statement_id
    from payouts
    left join fitting
        on payouts.partner_id = fitting.partner_id and payouts.amount_yen = fitting.open_yen

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
        end as status,
        cast(greatest(coalesce(compared.open_until_on - compared.due_on, 0), 0) as bigint)
            as days_late,
        compared.breached_on,
        compared.breached_yen,
        compared.late_interest_yen,
        compared.suggested_statement_id
    from compared
    cross join night

)

select * from final
