-- One row per partner × product: contracts signed in the last three business days of a month
-- (月末契約), out of all signed.
with signed as (

    select * from {{ ref('int_month_ends_signed') }}

),

final as (

    select
        partner_id,
        product_id,
        count(*) filter (where is_at_month_end) as hits,
        count(*) as size,
        {{ latest_rows('is_at_month_end', 'contracted_on') }} as source_rows
    from signed
    group by partner_id, product_id

)

select * from final
