-- One row per clause of an agreement version of the CRM: latest version, unless deleted.
with versions as (

    {{ latest_version(source('lake', 'agreement_clauses'), ['agreement_id', 'version', 'clause']) }}

),

final as (

    select
        agreement_id,
        version,
        clause,
        prohibited_act,
        consequence,
        penalty_yen,
        updated_at,
        {{ provenance() }}
    from versions
    where _uploader_id is null and not coalesce(is_deleted, false)

)

select * from final
