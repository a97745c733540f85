-- One row per month, channel and measure of the plan: latest version, unless deleted.
with versions as (

    {{ latest_version(source('lake', 'plan_targets'), ['month', 'channel', 'measure']) }}

),

final as (

    select
        month,
        channel,
        measure,
        target,
        updated_at,
        {{ provenance() }}
    from versions
    where _uploader_id is null and not coalesce(is_deleted, false)

)

select * from final
