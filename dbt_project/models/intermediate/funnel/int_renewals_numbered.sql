-- One row per confirmed renewal of a contract, numbered by day: the n-th answers the n-th term.
with events as (

    select * from {{ ref('int_funnel_events_streamed') }}
    where stage = 'renewal' and is_confirmed

),

final as (

    select
        contract_id,
        event_id as renewal_event_id,
        occurred_on as renewed_on,
        amount_yen,
        term_months,
        row_number() over (
            partition by contract_id order by occurred_on, event_id
        ) as term_number,
        -- Months that this renewal and the ones before it added to the first term.
        cast(
            sum(term_months) over (
                partition by contract_id order by occurred_on, event_id
                rows between unbounded preceding and current row
            ) as bigint
        ) as added_months
    from events

)

select * from final
