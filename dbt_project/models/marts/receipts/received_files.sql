-- One row per file that a night saw (受領ファイル). Names of files and of unknown columns are
-- other people's words and may be personal: they stand in restricted.files.
with files as (

    select * from {{ ref('stg_lake__files') }}

),

final as (

    select
        night_id,
        {{ business_day('known_at') }} as received_on,
        source,
        uploader_id,
        file_sha256,
        entity,
        status,
        encoding,
        row_count,
        accepted_count,
        rejected_count,
        duplicate_count,
        cast(
            coalesce(len(string_split(unknown_columns, ';')), 0) as bigint
        ) as unknown_column_count,
        reason_code
    from files

)

select * from final
