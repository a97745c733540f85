-- One row per version of a contract known by the night, tombstones included (履歴): what bears money.
{{ config(materialized='view') }}

with known as (

    {{ known_rows(source('lake', 'contracts')) }}

),

final as (

    select
        contract_id,
        partner_id,
        product_id,
        contracted_on,
        starts_on,
        term_months,
        initial_yen,
        monthly_yen,
        coalesce(is_deleted, false) as is_deleted,
        {{ version_at() }} as version_at,
        {{ provenance() }}
    from known
    where _uploader_id is null

)

select * from final
