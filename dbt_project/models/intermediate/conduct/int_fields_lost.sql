-- One row per partner: by how many points the fill rate of a field that feeds a rule fell in
-- each of its last two deliveries (項目の欠落), against all deliveries before; the worst field
-- counts. A delivery of less than half the usual records is no delivery.
with partners as (

    select * from {{ ref('stg_crm__partners') }}

),

rule_fields as (

    select * from {{ ref('rule_fields') }}

),

deliveries as (

    select
        counted.*,
        row_number() over (
            partition by counted.partner_id, counted.entity, counted.field
            order by counted.known_at desc
        ) as recency
    from {{ ref('int_upload_deliveries_counted') }} as counted
    inner join rule_fields
        on counted.entity = rule_fields.entity and counted.field = rule_fields.field

),

rated as (

    select
        partner_id,
        entity,
        field,
        min(rows_count) filter (where recency <= 2) as least_rows,
        avg(rows_count) filter (where recency > 2) as usual_rows,
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
        case
            when least_rows * 2 >= usual_rows and rate_before > rate_now
                then cast((rate_before - rate_now) * 100 as decimal(9, 2))
            else 0
        end as lost_points
    from rated
    where usual_rows is not null

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
        case when worst.partner_id is null then 'delivery' end as missing_input
    from partners
    left join worst on partners.partner_id = worst.partner_id

)

select * from final
