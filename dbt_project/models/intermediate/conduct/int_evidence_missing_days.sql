-- One row per contract whose paying stages have a known term: business days (営業日) since the oldest
-- stage that still lacks required evidence was reached, 0 when nothing is missing.
with outcomes as (

    select * from {{ ref('int_commission_outcomes') }}

),

events as (

    select * from {{ ref('fct_funnel_events') }}

),

holidays as (

    select * from {{ ref('japanese_holidays') }}

),

night as (

    select * from {{ ref('stg_run__night') }}

),

known_events as (

    select
        events.contract_id,
        events.funnel_event_id,
        events.occurred_on,
        night.business_day,
        {{ file_row('events') }} as source_row,
        outcomes.outcome = 'waiting_evidence' as is_missing
    from outcomes
    inner join events on outcomes.funnel_event_id = events.funnel_event_id
    cross join night
    where
        events.contract_id is not null
        and outcomes.term_id is not null
        and outcomes.role = 'seller'
        and outcomes.outcome not in ('unapproved_term', 'superseded', 'ambiguous_term')

),

oldest_missing as (

    select
        contract_id,
        min(occurred_on) filter (where is_missing) as waiting_since,
        max(business_day) as business_day,
        {{ join_sorted('case when is_missing then source_row end') }} as source_rows
    from known_events
    group by contract_id

),

holidays_passed as (

    select
        oldest_missing.contract_id,
        count(*) as holiday_count
    from oldest_missing
    inner join holidays
        on
            oldest_missing.waiting_since < holidays.holiday_on
            and oldest_missing.business_day >= holidays.holiday_on
    where {{ days_since_monday('holidays.holiday_on') }} % 7 between 1 and 5
    group by oldest_missing.contract_id

),

final as (

    select
        oldest_missing.contract_id,
        nullif(oldest_missing.source_rows, '') as source_rows,
        cast(
            coalesce(
                {{ weekdays_after('oldest_missing.waiting_since', 'oldest_missing.business_day') }}
                - coalesce(holidays_passed.holiday_count, 0),
                0
            ) as bigint
        ) as evidence_missing_business_days
    from oldest_missing
    left join holidays_passed on oldest_missing.contract_id = holidays_passed.contract_id

)

select * from final
