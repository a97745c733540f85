-- One row per uploader, entity, field and night that brought records (納品): how many, and how
-- many carry the field (項目). A record counts in the night of its latest version.
with {{ uploaded_fields() }},

final as (

    select
        uploader_id as partner_id,
        entity,
        field,
        known_at,
        cast(rows_count as bigint) as rows_count,
        cast(filled_count as bigint) as filled_count
    from filled

)

select * from final
