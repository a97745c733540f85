-- One row per uploader and entity: the files that were read, and their columns without a meaning.
-- A file that only repeats what came before delivers as well: its rows are all duplicates.
with files as (

    select * from {{ ref('stg_lake__files') }}
    where uploader_id is not null and entity is not null and status = 'loaded' and row_count > 0

),

named as (

    select
        uploader_id,
        entity,
        file_name,
        unnest(string_split(unknown_columns, ';')) as unknown_column
    from files

),

extras as (

    select
        uploader_id,
        entity,
        count(distinct unknown_column) as extra_columns_count
    from named
    group by uploader_id, entity

),

final as (

    select
        files.uploader_id as partner_id,
        files.entity,
        count(*) as files_count,
        max({{ business_day('files.known_at') }}) as last_file_on,
        max({{ business_day('files.known_at') }}) filter (
            where files.duplicate_count > 0
        ) as last_repeated_on,
        coalesce(any_value(extras.extra_columns_count), 0) as extra_columns_count,
        max({{ business_day('files.known_at') }}) filter (
            where files.unknown_columns is not null
        ) as last_extra_on
    from files
    left join extras
        on files.uploader_id = extras.uploader_id and files.entity = extras.entity
    group by files.uploader_id, files.entity

)

select * from final
