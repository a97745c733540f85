-- One row per partner × kind of record × field of a rule that comes less than before (項目の欠落).
with rated as (

    select * from {{ ref('int_fields_rated') }}

),

final as (

    select
        partner_id,
        entity,
        field,
        since_on,
        rate_before,
        rate_now,
        cast((rate_before - rate_now) * 100 as decimal(9, 2)) as lost_points,
        cast(least_rows as bigint) as row_count
    from rated
    where rate_now < rate_before

)

select * from final
