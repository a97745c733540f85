-- The yen a partner is told in its decisions are the yen of the targets, event by event and term.
with decided as (

    select
        funnel_event_id,
        term_id,
        sum(amount_yen) as amount_yen
    from {{ ref('fct_commission_decisions') }}
    where amount_yen <> 0
    group by funnel_event_id, term_id

),

owed as (

    select
        subject,
        term_id,
        sum(target_yen) as target_yen
    from {{ ref('int_commission_targets') }}
    where target_yen <> 0
    group by subject, term_id

)

select
    decided.funnel_event_id,
    owed.subject,
    decided.amount_yen,
    owed.target_yen
from decided
full outer join owed
    on decided.funnel_event_id = owed.subject and decided.term_id = owed.term_id
where decided.amount_yen is distinct from owed.target_yen
