-- One row per month, channel and kind of cost: latest version, unless deleted.
with versions as (

    {{ latest_version(source('lake', 'channel_costs'), ['month', 'channel', 'cost_kind']) }}

),

final as (

    select
        month,
        channel,
        cost_kind,
        amount_yen,
        updated_at,
        {{ provenance() }}
    from versions
    where _uploader_id is null and not coalesce(is_deleted, false)

)

select * from final
