-- One row per training of a partner's files (ids are the uploader's own): latest version.
-- A partner's own date does not count: the first arrival of the same fact does; the stated date
-- stands beside it.
with versions as (

    {{ latest_version(
        source('lake', 'trainings'),
        ['training_id'],
        fact=['rep_id', 'course', 'completed_on'],
    ) }}

),

final as (

    select
        _uploader_id as uploader_id,
        training_id,
        rep_id,
        course,
        case
            when completed_on is not null then {{ business_day('first_known_at') }}
        end as completed_on,
        completed_on as completed_on_stated,
        score,
        passed,
        expires_on,
        updated_at,
        {{ provenance() }}
    from versions
    where _uploader_id is not null and not coalesce(is_deleted, false)

)

select * from final
