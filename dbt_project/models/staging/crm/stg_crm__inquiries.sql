-- One row per question of a partner in the CRM: latest version, unless deleted.
with versions as (

    {{ latest_version(source('lake', 'inquiries'), ['inquiry_id']) }}

),

final as (

    select
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
    where _uploader_id is null and not coalesce(is_deleted, false)

)

select * from final
