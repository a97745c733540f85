-- One row per training of a rep in the CRM: latest version, unless deleted.
with versions as (

    {{ latest_version(source('lake', 'trainings'), ['training_id']) }}

),

final as (

    select
        training_id,
        rep_id,
        course,
        completed_on,
        score,
        passed,
        expires_on,
        updated_at,
        {{ provenance() }}
    from versions
    where _uploader_id is null and not coalesce(is_deleted, false)

)

select * from final
