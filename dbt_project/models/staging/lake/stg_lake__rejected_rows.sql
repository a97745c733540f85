-- One row per refused row and reason (a row may break several rules).
with known as (

    {{ known_rows(source('lake', 'rejected_rows')) }}

),

final as (

    select
        _batch_id as night_id,
        _known_at as known_at,
        _source as source,
        _uploader_id as uploader_id,
        _file_name as file_name,
        _file_sha256 as file_sha256,
        _row_number as row_number,
        entity,
        column_name,
        value,
        reason_code,
        reason_ja,
        reason_en
    from known

)

select * from final
