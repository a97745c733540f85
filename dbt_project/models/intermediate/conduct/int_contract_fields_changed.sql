-- One row per contract × money-bearing field × night that changed it after a period in which the
-- contract had earned was closed (締め後の変更), with the file rows of the new and the old value.
with fields as (

    select * from {{ ref('int_contract_fields_told') }}

),

compared as (

    select
        *,
        lag(field_value) over field_nights as old_value,
        lag(source_row) over field_nights as old_row,
        row_number() over field_nights as place
    from fields
    window field_nights as (partition by contract_id, field order by known_at)

),

-- A field that is empty at first and filled later has changed like any other.
final as (

    select
        contract_id,
        field,
        known_at,
        closed_at,
        closed_period,
        closed_partner_id,
        old_value,
        field_value as new_value,
        source_row || ';' || old_row as source_rows
    from compared
    where place > 1 and known_at > closed_at and old_value is distinct from field_value

)

select * from final
