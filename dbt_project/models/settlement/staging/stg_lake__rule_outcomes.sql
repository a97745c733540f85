-- One row per conduct rule and night that judged it.
with known as (

    select *
    from {{ source('lake', 'rule_outcomes') }}
    where known_at <= (select night.known_at from {{ ref('stg_run__night') }} as night)

),

final as (

    select
        rule_id,
        rule_version,
        measures,
        hit_count,
        clear_count,
        undetermined_count,
        error,
        night_id,
        known_at
    from known

)

select * from final
