-- One row per file that a night saw (受領ファイル), with its name and the words of the reason.
with files as (

    select * from {{ ref('stg_lake__files') }}

),

final as (

    select
        night_id,
        {{ business_day('known_at') }} as received_on,
        source,
        uploader_id,
        file_name,
        file_sha256,
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
    from files

)

select * from final
