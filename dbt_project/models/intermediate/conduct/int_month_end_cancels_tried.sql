-- One row per partner × product: of its contracts signed in the last three business days of a month
-- and older than 180 days, those cancelled within them (月末契約の解約).
with signed as (

    select * from {{ ref('int_month_ends_signed') }}
    where is_at_month_end and is_cancelled is not null

),

final as (

    select
        partner_id,
        product_id,
        count(*) filter (where is_cancelled) as hits,
        count(*) as size,
        {{ latest_rows('is_cancelled', 'contracted_on') }} as source_rows
    from signed
    group by partner_id, product_id

)

select * from final
