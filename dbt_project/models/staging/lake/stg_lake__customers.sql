-- One row per lead or contract row of a door: the customer it belongs to (名寄せ).
with known as (

    select * from {{ source('lake', 'customers') }}

),

final as (

    select
        entity,
        scope_id,
        record_id,
        customer_id
    from known

)

select * from final
