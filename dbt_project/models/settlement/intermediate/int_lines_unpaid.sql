-- One row per line key with yen that are owed and not paid (未払額): how much, and the earliest agreed
-- day of payment.
with deadlines as (

    select * from {{ ref('payment_deadlines') }}
    where outstanding_yen > 0

),

final as (

    select
        line_key,
        min(agreed_due_on) as due_on,
        cast(sum(outstanding_yen) as bigint) as unpaid_yen
    from deadlines
    group by line_key

)

select * from final
