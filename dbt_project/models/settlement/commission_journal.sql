-- One row per entry of the commission journal (手数料仕訳): a statement at its close, a reissue on its
-- day for what it changes, a payment on its day. Debits and credits of a voucher balance.
with amounts as (

    select * from {{ ref('int_journal_amounts_listed') }}

),

accounts as (

    select * from {{ ref('journal_accounts') }}

),

rates as (

    select * from {{ ref('statutory_rates') }}

),

final as (

    select
        concat(
            amounts.voucher_id,
            '#',
            row_number() over (partition by amounts.voucher_id order by accounts.account_order)
        ) as entry_id,
        amounts.voucher_id,
        amounts.booked_on,
        amounts.partner_id,
        amounts.statement_id,
        amounts.account,
        accounts.account_ja,
        case when amounts.amount_yen > 0 then '借方' else '貸方' end as side_ja,
        cast(greatest(amounts.amount_yen, 0) as bigint) as debit_yen,
        cast(greatest(-amounts.amount_yen, 0) as bigint) as credit_yen,
        case
            when accounts.is_taxable
                then concat('課税仕入', {{ divide_trunc('rates.value', 10000) }}, '%')
            else '対象外'
        end as tax_class_ja,
        concat_ws(
            ' ',
            case
                when starts_with(amounts.voucher_id, 'payout:')
                    then concat('手数料支払 ', substr(amounts.voucher_id, length('payout:') + 1))
                when amounts.voucher_id = amounts.statement_id then '手数料計上'
                else '手数料計上（再発行による差額）'
            end,
            '支払通知書 ' || coalesce(amounts.statement_id, 'なし'),
            '代理店 ' || amounts.partner_id
        ) as summary_ja
    from amounts
    inner join accounts on amounts.account = accounts.account
    left join rates
        on
            rates.rate_name = 'consumption_tax_standard'
            and {{ in_force('rates', 'amounts.booked_on') }}
    where amounts.amount_yen <> 0

)

select * from final
