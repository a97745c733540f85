-- One row per clawback step of a term of the CRM: latest version, unless deleted.
with versions as (

    {{ latest_version(source('lake', 'clawback_steps'), ['term_id', 'from_month']) }}

),

final as (

    select
        term_id,
        from_month,
        keep_rate,
        {{ rate_ppm('keep_rate') }} as keep_rate_ppm,
        updated_at,
        {{ provenance() }}
    from versions
    where _uploader_id is null and not coalesce(is_deleted, false)

)

select * from final
