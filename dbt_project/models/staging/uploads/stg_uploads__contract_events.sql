-- One row per contract event of a partner's files (ids are the uploader's own): latest version.
with versions as (

    select * from {{ ref('stg_lake__contract_events') }}

),

final as (

    select
        _uploader_id as uploader_id,
        event_id,
        contract_id,
        stage,
        occurred_on,
        amount_yen,
        monthly_yen,
        term_months,
        product_id,
        performed_by,
        updated_at,
        {{ provenance() }}
    from versions
    where _uploader_id is not null and not coalesce(is_deleted, false)

)

select * from final
