-- One row per conduct rule × business day × reason (判定範囲): how many subjects the day's last night
-- judged by it, and how many it could not judge for that reason.
with coverage as (

    select * from {{ ref('stg_lake__rule_coverage') }}

),

dated as (

    select
        *,
        {{ business_day('known_at') }} as judged_on
    from coverage

),

latest as (

    select *
    from dated
    qualify known_at = max(known_at) over (partition by judged_on)

),

final as (

    select
        judged_on,
        rule_id,
        rule_version,
        measures,
        measure,
        reason,
        missing_input,
        judged_count,
        undetermined_count
    from latest

)

select * from final
