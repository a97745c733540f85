-- One row: the night being run; every model takes its business day and knowledge time from here.
with night as (

    select * from {{ source('run', 'night') }}

),

final as (

    select
        night_id,
        business_day,
        known_at
    from night

)

select * from final
