-- One row per frozen statement (支払済): what was to be paid, which payments came, until when it was
-- open, and what of them came after the law's last day.
with statements as (

    select * from {{ ref('stg_ledger__statements') }}

),

payouts as (

    select * from {{ ref('int_payouts_matched') }}

),

credited as (

    select * from {{ ref('int_payouts_credited') }}

),

night as (

    select * from {{ ref('stg_run__night') }}

),

running as (

    select
        payouts.*,
        statements.amount_due_yen,
        sum(payouts.amount_yen) over (
            partition by payouts.statement_id
            order by payouts.paid_on, payouts.payout_id
            rows between unbounded preceding and current row
        ) as running_yen
    from payouts
    inner join statements on payouts.statement_id = statements.statement_id

),

-- A payment that came back has settled nothing.
lasting as (

    select
        *,
        min(running_yen) over (
            partition by statement_id
            order by paid_on, payout_id
            rows between current row and unbounded following
        ) as lasting_yen
    from running

),

paid as (

    select
        statement_id,
        {{ join_sorted('payout_id') }} as payout_ids,
        {{ join_sorted('matched_by') }} as matched_by,
        max(paid_on) as last_paid_on,
        sum(amount_yen) as paid_yen,
        min(case when lasting_yen >= amount_due_yen then paid_on end) as reached_on
    from lasting
    group by statement_id

),

breached as (

    select
        statement_id,
        min(latest_lawful_on) as breached_on,
        sum(credited_yen) as breached_yen,
        sum(late_interest_yen) as late_interest_yen
    from credited
    where is_breach
    group by statement_id

),

final as (

    select
        statements.statement_id,
        statements.partner_id,
        statements.period,
        statements.due_on,
        paid.payout_ids,
        paid.matched_by,
        paid.last_paid_on,
        breached.breached_on,
        statements.amount_due_yen,
        case
            when coalesce(paid.paid_yen, 0) < statements.amount_due_yen then night.business_day
            else paid.reached_on
        end as open_until_on,
        cast(coalesce(paid.paid_yen, 0) as bigint) as paid_yen,
        cast(coalesce(breached.breached_yen, 0) as bigint) as breached_yen,
        cast(coalesce(breached.late_interest_yen, 0) as bigint) as late_interest_yen
    from statements
    left join paid on statements.statement_id = paid.statement_id
    left join breached on statements.statement_id = breached.statement_id
    cross join night

)

select * from final
