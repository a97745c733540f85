-- One row per version of an agreement that the CRM ever told, deleted ones too: the closing day
-- (締日) of its latest row that is no tombstone. What was posted under it stays in its periods.
with stated as (

    select * from {{ source('lake', 'agreements') }}
    where _uploader_id is null and not coalesce(is_deleted, false)

),

versions as (

    {{ latest_version('stated', ['agreement_id', 'version']) }}

),

final as (

    select
        agreement_id,
        version,
        closing_day
    from versions

)

select * from final
