-- One row per version in force of a contract that changed after its period was closed × field that
-- bears money (契約項目の履歴). A tombstone tells only that it is one.
with in_force as (

    select * from {{ ref('int_contracts_restated') }}

),

-- unpivot leaves NULLs out, so an empty field is an empty text until it is a row.
texts as (

    select
        contract_id,
        closed_at,
        closed_period,
        closed_partner_id,
        known_at,
        {{ file_row() }} as source_row,
        is_deleted as is_tombstone,
        cast(is_deleted as varchar) as is_deleted,
        coalesce(partner_id, '') as partner_id,
        coalesce(product_id, '') as product_id,
        coalesce(cast(contracted_on as varchar), '') as contracted_on,
        coalesce(cast(starts_on as varchar), '') as starts_on,
        coalesce(cast(term_months as varchar), '') as term_months,
        coalesce(cast(initial_yen as varchar), '') as initial_yen,
        coalesce(cast(monthly_yen as varchar), '') as monthly_yen
    from in_force

),

fields as (

    unpivot texts
    on columns(
        * exclude (
            contract_id, closed_at, closed_period, closed_partner_id, known_at, source_row,
            is_tombstone
        )
    )
    into name field value field_value

),

final as (

    select
        contract_id,
        closed_at,
        closed_period,
        closed_partner_id,
        known_at,
        source_row,
        field,
        nullif(field_value, '') as field_value
    from fields
    where field = 'is_deleted' or not is_tombstone

)

select * from final
