-- One row per conduct rule, night that judged it, and reason why it did not judge a subject.
with known as (

    select *
    from {{ source('lake', 'rule_coverage') }}
    where known_at <= (select night.known_at from {{ ref('stg_run__night') }} as night)

),

final as (

    select
        rule_id,
        rule_version,
        measures,
        measure,
        reason,
        missing_input,
        judged_count,
        undetermined_count,
        night_id,
        known_at
    from known

)

select * from final
