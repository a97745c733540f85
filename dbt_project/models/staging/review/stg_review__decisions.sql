-- One row per decision of a reviewer: the latest version known by the night.
with versions as (

    {{ latest_version(source('lake', 'decisions'), ['decision_id']) }}

),

final as (

    select
        decision_id,
        flag_id,
        evidence_seen,
        verdict,
        money_action,
        decided_by,
        second_by,
        decided_at,
        reason_code,
        note,
        updated_at,
        {{ provenance() }}
    from versions
    where _uploader_id is null and not coalesce(is_deleted, false)

)

select * from final
