-- One row per amount to book (仕訳金額): of each frozen statement on its closing date, of each
-- payment on its day; a positive amount is a debit (借方), a negative one a credit (貸方).
with statements as (

    select * from {{ ref('stg_ledger__statements') }}

),

payouts as (

    select * from {{ ref('int_payouts_matched') }}

),

-- What is carried forward is our claim on the partner until a later statement takes it up.
accounts as (

    select
        statement_id as voucher_id,
        statement_id,
        partner_id,
        closing_on as booked_on,
        net_yen - carried_in_yen - penalty_yen as commission_expense,
        tax_yen - deductible_tax_yen as nondeductible_tax,
        deductible_tax_yen as deductible_tax,
        carried_in_yen - carried_out_yen as partner_receivable,
        penalty_yen as penalty_income,
        -withholding_yen as withholding_payable,
        -amount_due_yen as accounts_payable
    from statements

),

amounts as (

    unpivot accounts
    on columns(* exclude (voucher_id, statement_id, partner_id, booked_on))
    into name account value amount_yen

),

final as (

    select
        voucher_id,
        statement_id,
        partner_id,
        booked_on,
        account,
        amount_yen
    from amounts
    where amount_yen <> 0
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
