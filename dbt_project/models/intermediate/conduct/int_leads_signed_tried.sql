-- One row per partner × product: accepted leads old enough to have been signed, and those that were
-- (契約への転換).
with leads as (

    select * from {{ ref('int_leads_followed') }}
    where is_old_for_contract

),

final as (

    select
        partner_id,
        product_id,
        count(contracted_on) as hits,
        count(*) as size,
        {{ latest_rows('contracted_on is not null', 'registered_on') }} as source_rows
    from leads
    group by partner_id, product_id

)

select * from final
