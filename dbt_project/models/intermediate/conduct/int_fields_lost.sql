-- One row per partner: by how many points the fill rate of a field that feeds a rule fell in each
-- of its last two full deliveries (項目の欠落), against all full ones before; the worst field counts.
with partners as (

    select * from {{ ref('stg_crm__partners') }}

),

rated as (

    select * from {{ ref('int_fields_rated') }}

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
