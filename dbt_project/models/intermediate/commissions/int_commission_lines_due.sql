-- One row per line without a barrier: an event × one-off term, or each month k of a recurring one
-- (ストック型) whose day has come and lies before the cancellation. [due_on, next_due_on) is the time
-- in which a fee of that month falls due.
with entitlements as (

    select * from {{ ref('int_commission_entitlements') }}

),

terms as (

    select * from {{ ref('int_commission_terms_prepared') }}

),

night as (

    select * from {{ ref('stg_run__night') }}

),

one_off as (

    select
        entitlements.funnel_event_id,
        entitlements.term_id,
        entitlements.contract_id,
        cast(null as bigint) as line_month,
        entitlements.occurred_on as due_on,
        cast(null as date) as next_due_on
    from entitlements
    inner join terms on entitlements.term_id = terms.term_id
    where entitlements.barrier is null and terms.term_kind = 'one_off'

),

recurring as (

    select
        entitlements.funnel_event_id,
        entitlements.term_id,
        entitlements.contract_id,
        entitlements.months_start_on,
        entitlements.cancelled_on,
        {{ counted_rows(
            'least(terms.recurring_months, '
            ~ whole_months('entitlements.months_start_on', 'night.business_day') ~ ' + 1)'
        ) }} as line_month
    from entitlements
    inner join terms on entitlements.term_id = terms.term_id
    inner join night on entitlements.months_start_on <= night.business_day
    where entitlements.barrier is null and terms.term_kind = 'recurring'

),

months as (

    select
        *,
        {{ add_months('months_start_on', 'line_month') }} as due_on,
        {{ add_months('months_start_on', 'line_month + 1') }} as next_due_on
    from recurring

),

final as (

    select
        funnel_event_id,
        term_id,
        contract_id,
        line_month,
        due_on,
        next_due_on
    from one_off
    union all
    select
        funnel_event_id,
        term_id,
        contract_id,
        line_month,
        due_on,
        next_due_on
    from months
    where cancelled_on is null or due_on < cancelled_on

)

select * from final
