-- One row per partner × draft period into which a negative balance is carried (前回繰越): what
-- the frozen statements left, and what the earlier open drafts leave, as their closes in that
-- order will give.
with postings as (

    select * from {{ ref('int_postings_judged') }}

),

balances as (

    select * from {{ ref('int_statement_balances') }}

),

parts as (

    select
        partner_id,
        draft_period as period,
        case when status = 'payable' then amount_yen else 0 end as own_yen,
        0 as left_yen
    from postings
    union all
    select
        partner_id,
        period,
        0 as own_yen,
        carried_yen as left_yen
    from balances

),

drafts as (

    select
        partner_id,
        period,
        sum(left_yen) as left_yen,
        sum(own_yen + left_yen) as amount_yen
    from parts
    group by partner_id, period

),

running as (

    select
        *,
        sum(amount_yen) over so_far as running_yen
    from drafts
    window so_far as (partition by partner_id order by period)

),

-- Whatever exceeds 0 is paid and gone: what is left is how far the sum lies below its highest.
carried_out as (

    select
        *,
        running_yen - greatest(0, max(running_yen) over so_far) as carried_out_yen
    from running
    window so_far as (partition by partner_id order by period)

),

carried_in as (

    select
        *,
        left_yen + coalesce(lag(carried_out_yen) over so_far, 0) as carried_yen
    from carried_out
    window so_far as (partition by partner_id order by period)

),

final as (

    select
        partner_id,
        period,
        cast(carried_yen as bigint) as carried_yen
    from carried_in
    where carried_yen <> 0

)

select * from final
