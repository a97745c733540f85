-- One row per posting that a frozen statement pays (充当順): the place of its yen before tax in the
-- order in which the statement's payments settle them, oldest service day first, and what is
-- unpaid of them. What the statement deducts (reversals, caps, penalties, what it carries in) goes
-- off its own subject first, then off the oldest.
with lines as (

    select * from {{ ref('int_postings_limited') }}
    where is_frozen

),

statements as (

    select * from {{ ref('stg_ledger__statements') }}

),

paid as (

    select
        statement_id,
        cast(sum(amount_yen) as bigint) as paid_yen
    from {{ ref('int_payouts_matched') }}
    where statement_id is not null
    group by statement_id

),

netted as (

    select
        *,
        sum(amount_yen) over subjects as net_yen,
        coalesce(sum(greatest(amount_yen, 0)) over newer, 0) as newer_yen
    from lines
    window
        subjects as (partition by statement_id, role, component, subject_key),
        newer as (
            partition by statement_id, role, component, subject_key
            order by known_at desc, posting_id desc
            rows between unbounded preceding and 1 preceding
        )

),

weighed as (

    select
        *,
        greatest(least(amount_yen, net_yen - newer_yen), 0) as own_yen
    from netted

),

running as (

    select
        *,
        sum(own_yen) over statement_lines as whole_yen,
        sum(own_yen) over queue as running_yen
    from weighed
    window
        statement_lines as (partition by statement_id),
        queue as (
            partition by statement_id
            order by service_on nulls last, known_at, posting_id
            rows between unbounded preceding and current row
        )

),

owed as (

    select
        statements.statement_id,
        statements.net_yen,
        {{ before_tax(
            unpaid_of('statements.amount_due_yen', 'coalesce(paid.paid_yen, 0)'),
            'statements.net_yen',
            'statements.amount_due_yen',
        ) }} as unpaid_yen
    from statements
    left join paid on statements.statement_id = paid.statement_id

),

placed as (

    select
        running.posting_id,
        running.statement_id,
        running.is_strict,
        running.sixty_days_on,
        running.latest_lawful_on,
        owed.net_yen - owed.unpaid_yen as settled_yen,
        greatest(running.running_yen - running.own_yen - running.whole_yen + owed.net_yen, 0)
            as from_yen,
        greatest(running.running_yen - running.whole_yen + owed.net_yen, 0) as to_yen
    from running
    inner join owed on running.statement_id = owed.statement_id

),

final as (

    select
        posting_id,
        statement_id,
        is_strict,
        sixty_days_on,
        latest_lawful_on,
        cast(from_yen as bigint) as from_yen,
        cast(to_yen as bigint) as to_yen,
        cast(greatest(to_yen - greatest(from_yen, settled_yen), 0) as bigint) as unpaid_yen
    from placed

)

select * from final
