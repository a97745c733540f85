-- One row per uploader, entity, field and file that brought records (納品): how many, and how many
-- carry the field (項目). A record counts in the file of its latest version. The files of a year may
-- all come in one night: `told_until`, the latest day that their records tell of, orders them.
with {{ uploaded_fields() }},

final as (

    select
        uploader_id as partner_id,
        entity,
        field,
        known_at,
        file_sha256,
        told_until,
        cast(rows_count as bigint) as rows_count,
        cast(filled_count as bigint) as filled_count
    from filled

)

select * from final
