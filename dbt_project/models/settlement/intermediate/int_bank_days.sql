-- One row per calendar day 2020–2045 with the nearest bank business day (銀行営業日) at or before it and
-- at or after it: no weekend, no public holiday, not 31 December to 3 January.
with holidays as (

    select * from {{ ref('japanese_holidays') }}

),

counted as (

    select {{ counted_rows(9497) }} as day_number

),

days as (

    select {{ add_days("date '2020-01-01'", 'day_number') }} as day_on
    from counted

),

open_days as (

    select
        days.day_on,
        case
            when
                holidays.holiday_on is null
                and {{ days_since_monday('days.day_on') }} % 7 not in (0, 6)
                and substr(cast(days.day_on as varchar), 6) not in (
                    '12-31', '01-01', '01-02', '01-03'
                )
                then days.day_on
        end as open_on
    from days
    left join holidays on days.day_on = holidays.holiday_on

),

final as (

    select
        day_on,
        max(open_on) over (order by day_on) as previous_on,
        min(open_on) over (
            order by day_on rows between current row and unbounded following
        ) as next_on
    from open_days

)

select * from final
