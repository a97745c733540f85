-- One row per file that a night saw.
with known as (

    {{ known_rows(source('lake', 'files')) }}

),

final as (

    select
        _batch_id as night_id,
        _known_at as known_at,
        _source as source,
        _uploader_id as uploader_id,
        _file_name as file_name,
        _file_sha256 as file_sha256,
        entity,
        status,
        encoding,
        row_count,
        accepted_count,
        rejected_count,
        duplicate_count,
        unknown_columns,
        reason_code,
        reason_ja,
        reason_en
    from known

)

select * from final
