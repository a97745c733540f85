-- One row per partner: by how many points the fill rate of a field that feeds a rule fell in each
-- of its last two full deliveries (項目の欠落), against all full ones before; the worst field counts.
-- A delivery is a file; one of less than half the usual records (a correction) is none.
with partners as (

    select * from {{ ref('stg_crm__partners') }}

),

rule_fields as (

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

rated as (

    select
        partner_id,
        entity,
        field,
        min(rows_count) filter (where recency <= 2) as least_rows,
        max({{ ratio('filled_count', 'rows_count') }}) filter (where recency <= 2) as rate_now,
        {{ ratio(
            'sum(filled_count) filter (where recency > 2)',
            'sum(rows_count) filter (where recency > 2)'
        ) }} as rate_before
    from deliveries
    group by partner_id, entity, field

),

lost as (

    select
        partner_id,
        least_rows,
        cast(greatest(rate_before - rate_now, 0) * 100 as decimal(9, 2)) as lost_points
    from rated
    where rate_before is not null

),

delivered as (

    select partner_id
    from rated
    group by partner_id

),

worst as (

    select
        partner_id,
        max(lost_points) as lost_points,
        cast(max_by(least_rows, (lost_points, least_rows)) as bigint) as row_count
    from lost
    group by partner_id

),

final as (

    select
        partners.partner_id,
        cast(worst.lost_points as decimal(9, 2)) as lost_field_points,
        worst.row_count as lost_field_rows_count,
        case when worst.lost_points > 0 then {{ file_row('partners') }} end as source_rows,
        case
            when delivered.partner_id is null then 'delivery'
            when worst.partner_id is null then 'history'
        end as missing_input
    from partners
    left join delivered on partners.partner_id = delivered.partner_id
    left join worst on partners.partner_id = worst.partner_id

)

select * from final
