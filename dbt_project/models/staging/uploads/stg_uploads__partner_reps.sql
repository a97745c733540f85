-- One row per rep of a partner's files (ids are the uploader's own): latest version.
-- A partner's own dates do not count: the first arrival of the same fact does; the stated date
-- stands beside it.
with versions as (

    select * from {{ ref('stg_lake__partner_reps') }}

),

final as (

    select
        _uploader_id as uploader_id,
        rep_id,
        partner_id,
        rep_name,
        email,
        phone,
        {{ business_day('first_known_at') }} as started_on,
        started_on as started_on_stated,
        ended_on,
        updated_at,
        rep_name_hash,
        email_hash,
        phone_hash,
        email_domain,
        {{ provenance() }}
    from versions
    where _uploader_id is not null and not coalesce(is_deleted, false)

)

select * from final
