-- One row per partner with frozen statements or payments (支払残高の年齢): what is unpaid, by how long it
-- is overdue; payments without a statement are taken off.
with reconciled as (

    select * from {{ ref('payout_reconciliation') }}

),

night as (

    select * from {{ ref('stg_run__night') }}

),

aged as (

    select
        reconciled.*,
        -reconciled.difference_yen as open_yen,
        night.business_day - reconciled.due_on as days_overdue
    from reconciled
    cross join night

),

final as (

    select
        partner_id,
        cast(sum(paid_yen) as bigint) as paid_yen,
        cast(sum(open_yen) as bigint) as open_yen,
        {{ yen_where('statement_id is null', 'open_yen') }} as unmatched_yen,
        {{ yen_where('statement_id is not null and coalesce(days_overdue, 0) <= 0', 'open_yen') }}
            as not_due_yen,
        {{ yen_where('days_overdue between 1 and 30', 'open_yen') }} as overdue_30_yen,
        {{ yen_where('days_overdue between 31 and 60', 'open_yen') }} as overdue_60_yen,
        {{ yen_where('days_overdue between 61 and 90', 'open_yen') }} as overdue_90_yen,
        {{ yen_where('days_overdue > 90', 'open_yen') }} as overdue_over_90_yen
    from aged
    group by partner_id

)

select * from final
