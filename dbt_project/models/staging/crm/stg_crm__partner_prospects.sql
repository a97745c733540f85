-- One row per company that is asked to become a partner: latest version, unless deleted.
with versions as (

    {{ latest_version(source('lake', 'partner_prospects'), ['prospect_id']) }}

),

final as (

    select
        prospect_id,
        prospect_name,
        partner_kind,
        method,
        approached_on,
        replied_on,
        met_on,
        proposed_on,
        signed_on,
        lost_on,
        lost_reason,
        partner_id,
        cost_yen,
        updated_at,
        prospect_name_hash,
        {{ provenance() }}
    from versions
    where _uploader_id is null and not coalesce(is_deleted, false)

)

select * from final
