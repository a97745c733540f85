-- One row per field that a partner agreed to send, and span: latest version, unless deleted.
with versions as (

    {{ latest_version(
        source('lake', 'sharing_terms'),
        ['partner_id', 'entity', 'field', 'agreed_from'],
    ) }}

),

final as (

    select
        partner_id,
        entity,
        field,
        cadence,
        agreed_from,
        agreed_to,
        updated_at,
        {{ provenance() }}
    from versions
    where _uploader_id is null and not coalesce(is_deleted, false)

)

select * from final
