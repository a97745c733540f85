-- One row per version of a lead of the CRM known by the night (履歴): whose lead it was, and
-- since when.
with known as (

    {{ known_rows(source('lake', 'leads')) }}

),

final as (

    select
        lead_id,
        partner_id,
        {{ version_at() }} as version_at,
        {{ provenance() }}
    from known
    where _uploader_id is null and not coalesce(is_deleted, false)

)

select * from final
