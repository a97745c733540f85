-- One row per amount to book (仕訳金額): of each frozen statement on its closing date, of each
-- reissue what it changes on the day it was made, of each payment on its day; a positive amount
-- is a debit (借方), a negative one a credit (貸方).
with versions as (

    select * from {{ ref('stg_ledger__statement_versions') }}

),

payouts as (

    select * from {{ ref('int_payouts_matched') }}

),

-- What is carried forward is our claim on the partner until a later statement takes it up.
accounts as (

    select
        statement_id,
        version,
        partner_id,
        case when version = 1 then closing_on else {{ business_day('known_at') }} end as booked_on,
        net_yen - carried_in_yen - penalty_yen as commission_expense,
        tax_yen - deductible_tax_yen as nondeductible_tax,
        deductible_tax_yen as deductible_tax,
        carried_in_yen - carried_out_yen as partner_receivable,
        penalty_yen as penalty_income,
        -withholding_yen as withholding_payable,
        -amount_due_yen as accounts_payable
    from versions

),

amounts as (

    unpivot accounts
    on columns(* exclude (statement_id, version, partner_id, booked_on))
    into name account value amount_yen

),

changes as (

    select
        *,
        amount_yen
        - lag(amount_yen, 1, 0) over (partition by statement_id, account order by version)
            as change_yen
    from amounts

),

final as (

    select
        case when version = 1 then statement_id else concat(statement_id, '#v', version) end
            as voucher_id,
        statement_id,
        partner_id,
        booked_on,
        account,
        change_yen as amount_yen
    from changes
    where change_yen <> 0
    union all
    select
        'payout:' || payout_id as voucher_id,
        statement_id,
        partner_id,
        paid_on as booked_on,
        'accounts_payable' as account,
        amount_yen
    from payouts
    union all
    select
        'payout:' || payout_id as voucher_id,
        statement_id,
        partner_id,
        paid_on as booked_on,
        'bank' as account,
        -amount_yen as amount_yen
    from payouts

)

select * from final
