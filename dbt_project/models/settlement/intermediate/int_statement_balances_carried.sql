-- One row per partner × draft period into which a negative balance is carried (前回繰越): what
-- the frozen statements left, and what the earlier open drafts leave, as their closes in that
-- order will give; and which part of it are penalties, outside the consumption tax.
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
        case when status = 'payable' then amount_yen else 0 end as amount_yen,
        case when status = 'payable' and component = 'penalty' then amount_yen else 0 end
            as exempt_yen,
        0 as left_yen,
        0 as left_exempt_yen
    from postings
    union all
    select
        partner_id,
        period,
        carried_yen as amount_yen,
        carried_exempt_yen as exempt_yen,
        carried_yen as left_yen,
        carried_exempt_yen as left_exempt_yen
    from balances

),

drafts as (

    select
        partner_id,
        period,
        sum(exempt_yen) as exempt_yen,
        sum(left_yen) as left_yen,
        sum(left_exempt_yen) as left_exempt_yen,
        sum(sum(amount_yen)) over (partition by partner_id order by period) as running_yen
    from parts
    group by partner_id, period

),

-- Whatever exceeds 0 is paid and gone: what is left is how far the sum lies below its highest.
carried_out as (

    select
        *,
        running_yen - greatest(0, max(running_yen) over so_far) as carried_out_yen,
        running_yen > greatest(0, coalesce(max(running_yen) over before_it, 0)) as is_paid
    from drafts
    window
        so_far as (partition by partner_id order by period),
        before_it as (
            partition by partner_id
            order by period
            rows between unbounded preceding and 1 preceding
        )

),

since_paid as (

    select
        *,
        count(*) filter (where is_paid) over so_far as paid_count
    from carried_out
    window so_far as (partition by partner_id order by period)

),

-- A draft that pays takes the penalties before it up; the others carry them on, whatever they earn.
exempted as (

    select
        *,
        sum(case when is_paid then 0 else exempt_yen end) over unpaid as carried_out_exempt_yen
    from since_paid
    window unpaid as (partition by partner_id, paid_count order by period)

),

carried_in as (

    select
        *,
        left_yen + coalesce(lag(carried_out_yen) over so_far, 0) as carried_yen,
        left_exempt_yen + coalesce(lag(carried_out_exempt_yen) over so_far, 0)
            as carried_exempt_yen
    from exempted
    window so_far as (partition by partner_id order by period)

),

final as (

    select
        partner_id,
        period,
        cast(carried_yen as bigint) as carried_yen,
        cast(carried_exempt_yen as bigint) as carried_exempt_yen
    from carried_in
    where carried_yen <> 0 or carried_exempt_yen <> 0

)

select * from final
