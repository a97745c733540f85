-- One row per price band of a term of the CRM: latest version, unless deleted.
with versions as (

    {{ latest_version(source('lake', 'commission_tiers'), ['term_id', 'from_value']) }}

),

final as (

    select
        term_id,
        from_value,
        fixed_yen,
        rate,
        {{ rate_ppm('rate') }} as rate_ppm,
        updated_at,
        {{ provenance() }}
    from versions
    where _uploader_id is null and not coalesce(is_deleted, false)

)

select * from final
