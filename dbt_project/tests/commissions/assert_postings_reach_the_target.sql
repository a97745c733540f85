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
    union all
    select
        {{ line_key() }} as line_key,
        -target_yen as amount_yen
    from {{ ref('int_commission_targets') }}

)

select
    line_key,
    sum(amount_yen) as missing_yen
from posted
group by line_key
having sum(amount_yen) <> 0
