-- One row per partner × product: accepted leads old enough to have been agreed, and those that were
-- (合意への転換). Few are what speaks against a partner, so the file rows are those of the others.
with leads as (

    select * from {{ ref('int_leads_followed') }}
    where is_old_for_agreement

),

final as (

    select
        partner_id,
        product_id,
        count(agreed_on) as hits,
        count(*) as size,
        {{ latest_rows('agreed_on is null', 'registered_on') }} as source_rows
    from leads
    group by partner_id, product_id

)

select * from final
