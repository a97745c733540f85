-- One row per day from 2020 to the business day.
with night as (

    select * from {{ ref('stg_run__night') }}

),

final as (

    select cast(days.day as date) as day
    from night
    cross join lateral unnest(
        generate_series(
            timestamp '2020-01-01', cast(night.business_day as timestamp), interval 1 day
        )
    ) as days (day)

)

select * from final
