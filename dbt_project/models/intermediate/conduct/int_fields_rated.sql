-- One row per partner × kind of record × field that feeds a rule (項目の記入率): how much of it came in
-- the better one of the last two full deliveries, since since_on, and in all full ones before. A
-- delivery is a file; one of less than half the usual records (a correction) is none.
with rule_fields as (

    select * from {{ ref('rule_fields') }}

),

counted as (

    select
        *,
        median(rows_count) over (partition by partner_id, entity, field) as usual_rows
    from {{ ref('int_upload_deliveries_counted') }}

),

deliveries as (

    select
        counted.*,
        row_number() over (
            partition by counted.partner_id, counted.entity, counted.field
            order by
                counted.known_at desc,
                counted.told_until desc nulls last,
                counted.file_sha256 asc
        ) as recency
    from counted
    inner join rule_fields
        on counted.entity = rule_fields.entity and counted.field = rule_fields.field
    where counted.rows_count * 2 >= counted.usual_rows

),

final as (

    select
        partner_id,
        entity,
        field,
        {{ business_day('min(known_at) filter (where recency <= 2)') }} as since_on,
        min(rows_count) filter (where recency <= 2) as least_rows,
        max({{ ratio('filled_count', 'rows_count') }}) filter (where recency <= 2) as rate_now,
        {{ ratio(
            'sum(filled_count) filter (where recency > 2)',
            'sum(rows_count) filter (where recency > 2)'
        ) }} as rate_before
    from deliveries
    group by partner_id, entity, field

)

select * from final
