-- One row per uploader, entity and field (項目): how many of the uploader's records carry it.
with {{ uploaded_fields() }},

-- A partner's own time is the `_stated` one; the column beside it is the door's.
named as (

    select
        entity,
        uploader_id,
        known_at,
        rows_count,
        filled_count,
        regexp_replace(field, '_stated$', '') as field
    from filled
    qualify
        row_number() over (
            partition by entity, uploader_id, known_at, regexp_replace(field, '_stated$', '')
            order by field desc
        ) = 1

),

final as (

    select
        uploader_id as partner_id,
        entity,
        field,
        cast(sum(rows_count) as bigint) as rows_count,
        cast(sum(filled_count) as bigint) as filled_count,
        max(case when filled_count > 0 then {{ business_day('known_at') }} end) as last_filled_on
    from named
    group by uploader_id, entity, field

)

select * from final
