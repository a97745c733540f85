-- One row per question of a partner's files (ids are the uploader's own): latest version.
with versions as (

    {{ latest_version(source('lake', 'inquiries'), ['inquiry_id']) }}

),

final as (

    select
        _uploader_id as uploader_id,
        inquiry_id,
        partner_id,
        rep_id,
        asked_at,
        topic,
        resolved_level,
        resolved_at,
        updated_at,
        {{ provenance() }}
    from versions
    where _uploader_id is not null and not coalesce(is_deleted, false)

)

select * from final
