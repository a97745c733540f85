-- What was posted before and what is due tonight add up to the target of every line.
with posted as (

    select
        line_key,
        amount_yen
    from {{ ref('stg_ledger__postings_before') }}
    union all
    select
        line_key,
        amount_yen
    from {{ ref('postings_due') }}

),

net as (

    select
        line_key,
        sum(amount_yen) as posted_yen
    from posted
    group by line_key

)

select
    net.posted_yen,
    targets.target_yen,
    coalesce(net.line_key, targets.line_key) as line_key
from net
full outer join {{ ref('int_commission_targets') }} as targets on net.line_key = targets.line_key
where coalesce(net.posted_yen, 0) <> coalesce(targets.target_yen, 0)
