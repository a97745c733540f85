-- One row per rep of the CRM: latest version, unless deleted.
with versions as (

    select * from {{ ref('stg_lake__partner_reps') }}

),

final as (

    select
        rep_id,
        partner_id,
        rep_name,
        email,
        phone,
        started_on,
        ended_on,
        updated_at,
        rep_name_hash,
        email_hash,
        phone_hash,
        email_domain,
        {{ provenance() }}
    from versions
    where _uploader_id is null and not coalesce(is_deleted, false)

)

select * from final
