-- One row per uploader, entity and field (項目): how many of the uploader's records carry it.
with deliveries as (

    select * from {{ ref('int_upload_deliveries_counted') }}

),

final as (

    select
        partner_id,
        entity,
        field,
        cast(sum(rows_count) as bigint) as rows_count,
        cast(sum(filled_count) as bigint) as filled_count,
        max(case when filled_count > 0 then {{ business_day('known_at') }} end) as last_filled_on
    from deliveries
    group by partner_id, entity, field

)

select * from final
