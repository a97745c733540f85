-- One row per line without a barrier: an event × one-off term, or each month k of a recurring one
-- (ストック型) whose day has come and lies before the cancellation. [due_on, next_due_on) is the time
-- in which a fee of that month falls due.
{{ config(materialized='view') }}

with entitlements as (

    select * from {{ ref('int_commission_entitlements') }}
    where barrier is null

),

terms as (

    select * from {{ ref('int_commission_terms_prepared') }}

),

night as (

    select * from {{ ref('stg_run__night') }}

),

facts as (

    select
        entitlements.*,
        terms.requires_collection,
        terms.term_kind,
        terms.recurring_months,
        night.business_day
    from entitlements
    inner join terms on entitlements.term_id = terms.term_id
    cross join night

),

one_off as (

    select
        *,
        cast(null as bigint) as line_month,
        occurred_on as due_on,
        cast(null as date) as next_due_on
    from facts
    where term_kind = 'one_off'

),

recurring as (

    select
        *,
        {{ counted_rows(
            'least(recurring_months, ' ~ whole_months('months_start_on', 'business_day') ~ ' + 1)'
        ) }} as line_month
    from facts
    where term_kind = 'recurring' and months_start_on <= business_day

),

months as (

    select
        *,
        {{ add_months('months_start_on', 'line_month') }} as due_on,
        {{ add_months('months_start_on', 'line_month + 1') }} as next_due_on
    from recurring

),

lines as (

    select * from one_off
    union all
    select * from months
    where cancelled_on is null or due_on < cancelled_on

),

final as (

    select
        funnel_event_id,
        term_id,
        line_month,
        contract_id,
        stage,
        due_on,
        next_due_on,
        evidence_on,
        occurred_on,
        requires_collection,
        base_yen,
        uncapped_yen,
        gross_yen,
        kept_yen,
        is_any_kept,
        forfeited_at,
        known_at
    from lines

)

select * from final
