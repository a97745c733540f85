-- Fails with: years of due dates (支払期日) to come whose holidays are computed, not announced.
-- Remedy: enter what the Cabinet Office (内閣府) announced, docs/operations.md, "Public holidays".
{{ config(severity='warn') }}
with due_dates as (

    select * from {{ ref('int_due_dates_agreed') }}

),

holidays as (

    select * from {{ ref('japanese_holidays') }}

),

night as (

    select * from {{ ref('stg_run__night') }}

),

announced as (

    select max(extract(year from holiday_on)) as last_year
    from holidays
    where is_announced

)

select
    extract(year from due_dates.due_on) as due_year,
    count(*) as due_date_count
from due_dates
cross join night
cross join announced
where
    due_dates.due_on >= night.business_day
    and extract(year from due_dates.due_on) > announced.last_year
group by extract(year from due_dates.due_on)
