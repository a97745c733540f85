-- One row per complaint of a customer: latest version, unless deleted.
with versions as (

    {{ latest_version(source('lake', 'complaints'), ['complaint_id']) }}

),

final as (

    select
        complaint_id,
        partner_id,
        contract_id,
        kind,
        received_on,
        verified,
        updated_at,
        {{ provenance() }}
    from versions
    where _uploader_id is null and not coalesce(is_deleted, false)

)

select * from final
