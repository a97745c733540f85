-- One row per payment made by the business day (支払) with the frozen statement it pays: the one it
-- names, else the partner's statement that in any of its versions was of that amount and due in the
-- month of payment.
with payouts as (

    select * from {{ ref('stg_crm__payouts') }}

),

statements as (

    select
        statement_id,
        partner_id,
        period,
        amount_due_yen,
        {{ month_of('coalesce(due_on, closing_on)') }} as pays_month
    from {{ ref('stg_ledger__statement_versions') }}
    group by all

),

night as (

    select * from {{ ref('stg_run__night') }}

),

paid as (

    select payouts.*
    from payouts
    inner join night on payouts.paid_on <= night.business_day

),

named as (

    select
        paid.payout_id,
        statements.statement_id,
        paid.amount_yen > 0 as is_payment
    from paid
    inner join statements
        on
            paid.statement_id = statements.statement_id
            and paid.partner_id = statements.partner_id
    group by all

),

-- A payment that names a statement nobody knows is for a person to look at, not to be guessed.
unnamed as (

    select
        *,
        row_number() over (
            partition by partner_id, amount_yen, {{ month_of('paid_on') }}
            order by paid_on, payout_id
        ) as place
    from paid
    where statement_id is null

),

unpaid as (

    select
        statements.statement_id,
        statements.partner_id,
        statements.amount_due_yen,
        statements.pays_month,
        row_number() over (
            partition by statements.partner_id, statements.amount_due_yen, statements.pays_month
            order by statements.period
        ) as place
    from statements
    -- What comes back by name takes nothing from what was paid without one.
    anti join named on statements.statement_id = named.statement_id and named.is_payment

),

final as (

    select
        paid.payout_id,
        paid.partner_id,
        paid.paid_on,
        paid.amount_yen,
        paid.statement_id as named_statement_id,
        coalesce(named.statement_id, unpaid.statement_id) as statement_id,
        case
            when named.statement_id is not null then 'statement_id'
            when unpaid.statement_id is not null then 'amount'
        end as matched_by
    from paid
    left join named on paid.payout_id = named.payout_id
    left join unnamed on paid.payout_id = unnamed.payout_id
    left join unpaid
        on
            unnamed.partner_id = unpaid.partner_id
            and unnamed.amount_yen = unpaid.amount_due_yen
            and {{ month_of('unnamed.paid_on') }} = unpaid.pays_month
            and unnamed.place = unpaid.place

)

select * from final
