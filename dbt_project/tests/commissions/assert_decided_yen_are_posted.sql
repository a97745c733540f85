-- The yen a partner is told in its decisions are the yen of the targets, event by event and term:
-- every base line is told, and uplifts and caps belong to windows, not to events.
with decided as (

    select
        term_id,
        sum(amount_yen) as amount_yen
    from {{ ref('fct_commission_decisions') }}
    where amount_yen <> 0
    group by term_id

),

owed as (

    select
        term_id,
        sum(target_yen) as target_yen
    from {{ ref('int_commission_targets') }}
    where component = 'base'
    group by term_id

)

select
    decided.amount_yen,
    owed.target_yen,
    coalesce(decided.term_id, owed.term_id) as term_id
from decided
full outer join owed on decided.term_id = owed.term_id
where coalesce(decided.amount_yen, 0) <> coalesce(owed.target_yen, 0)
