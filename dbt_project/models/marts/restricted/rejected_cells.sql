-- One row per refused row and reason (取込エラー), with the refused value and the file's name.
with refused as (

    select * from {{ ref('stg_lake__rejected_rows') }}

),

final as (

    select
        night_id,
        {{ business_day('known_at') }} as received_on,
        source,
        uploader_id,
        file_name,
        file_sha256,
        row_number,
        entity,
        column_name,
        value,
        reason_code,
        reason_ja,
        reason_en
    from refused

)

select * from final
