-- One row per event of a contract of the CRM: latest version, unless deleted.
with versions as (

    select * from {{ ref('stg_lake__contract_events') }}

),

final as (

    select
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
    where _uploader_id is null and not coalesce(is_deleted, false)

)

select * from final
