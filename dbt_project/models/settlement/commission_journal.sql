-- One row per entry of the commission journal (手数料仕訳): a statement at its close, a reissue on its
-- day for what it changes, a payment on its day. Debits and credits of a voucher balance.
with amounts as (

    select * from {{ ref('int_journal_amounts_listed') }}

),

accounts as (

    select * from {{ ref('journal_accounts') }}

),

final as (

    select
        amounts.voucher_id || '#' || cast(accounts.account_order as varchar) as entry_id,
        amounts.voucher_id,
        amounts.booked_on,
        amounts.partner_id,
        amounts.statement_id,
        amounts.account,
        accounts.account_ja,
        case when amounts.amount_yen > 0 then '借方' else '貸方' end as side_ja,
        cast(greatest(amounts.amount_yen, 0) as bigint) as debit_yen,
        cast(greatest(-amounts.amount_yen, 0) as bigint) as credit_yen
    from amounts
    inner join accounts on amounts.account = accounts.account
    where amounts.amount_yen <> 0

)

select * from final
