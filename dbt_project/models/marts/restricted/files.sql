-- One row per content of a file that was loaded (受領ファイル), under the name it first came with.
with files as (

    select * from {{ ref('stg_lake__files') }}
    where status = 'loaded'

),

final as (

    select
        file_sha256,
        min_by(source || '/' || file_name, (known_at, source, file_name)) as file_name
    from files
    group by file_sha256

)

select * from final
