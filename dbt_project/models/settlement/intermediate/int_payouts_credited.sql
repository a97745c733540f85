-- One row per posting of a frozen statement × payment that settles yen of it (充当): how many before
-- tax, and how late the law calls them. Docs: decision 0041.
with queued as (

    select * from {{ ref('int_postings_queued') }}

),

statements as (

    select * from {{ ref('stg_ledger__statements') }}

),

payouts as (

    select * from {{ ref('int_payouts_matched') }}
    where statement_id is not null

),

rates as (

    select * from {{ ref('statutory_rates') }}

),

summed as (

    select
        *,
        sum(amount_yen) over (
            partition by statement_id
            order by paid_on, payout_id
            rows between unbounded preceding and current row
        ) as running_yen
    from payouts

),

reached as (

    select
        summed.payout_id,
        summed.statement_id,
        summed.paid_on,
        statements.net_yen - {{ before_tax(
            unpaid_of('statements.amount_due_yen', 'summed.running_yen'),
            'statements.net_yen',
            'statements.amount_due_yen',
        ) }} as to_yen
    from summed
    inner join statements on summed.statement_id = statements.statement_id

),

-- A payment that came back has settled nothing: the least that is paid from its day on lasts.
lasting as (

    select
        * exclude (to_yen),
        greatest(0, min(to_yen) over (
            partition by statement_id
            order by paid_on, payout_id
            rows between current row and unbounded following
        )) as to_yen
    from reached

),

spans as (

    select
        *,
        coalesce(lag(to_yen) over (partition by statement_id order by paid_on, payout_id), 0)
            as from_yen
    from lasting

),

credited as (

    select
        queued.*,
        spans.payout_id,
        spans.paid_on,
        least(queued.to_yen, spans.to_yen) - greatest(queued.from_yen, spans.from_yen)
            as credited_yen
    from queued
    inner join spans
        on
            queued.statement_id = spans.statement_id
            and queued.from_yen < spans.to_yen
            and queued.to_yen > spans.from_yen

),

final as (

    select
        credited.posting_id,
        credited.statement_id,
        credited.payout_id,
        credited.paid_on,
        cast(credited.credited_yen as bigint) as credited_yen,
        credited.latest_lawful_on,
        coalesce(credited.paid_on > credited.latest_lawful_on, false) as is_breach,
        {{ late_interest(
            'credited', 'credited.credited_yen', 'credited.paid_on', 'rates.value'
        ) }} as late_interest_yen
    from credited
    left join rates
        on
            rates.rate_name = 'late_interest_toriteki'
            and {{ in_force('rates', 'credited.paid_on') }}
    where credited.credited_yen > 0

)

select * from final
