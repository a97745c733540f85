-- One row per partner × product: signed leads, and those that took less than a fifth of the days
-- that its peers need for the product (契約までの速さ); the median is as fast where they are more than
-- half of all. The peers' need is the median of the partners' medians, so that no large partner is
-- its own yardstick. Products that eight partners or fewer sell, or that close within ten days
-- anyway, where a fifth is a day or two, are not compared.
with leads as (

    select * from {{ ref('int_leads_followed') }}
    where contracted_on >= registered_on and product_id <> ''

),

closings as (

    select
        *,
        contracted_on - registered_on as closing_days
    from leads

),

medians as (

    select
        partner_id,
        product_id,
        median(closing_days) as closing_days
    from closings
    group by partner_id, product_id

),

peers as (

    select
        product_id,
        median(closing_days) as closing_days
    from medians
    group by product_id
    having count(*) > 8 and median(closing_days) >= 10

),

timed as (

    select
        closings.partner_id,
        closings.product_id,
        closings.contracted_on,
        closings.source_row,
        closings.closing_days * 5 < peers.closing_days as is_fast
    from closings
    inner join peers on closings.product_id = peers.product_id

),

final as (

    select
        partner_id,
        product_id,
        count(*) filter (where is_fast) as hits,
        count(*) as size,
        {{ latest_rows('is_fast', 'contracted_on') }} as source_rows
    from timed
    group by partner_id, product_id

)

select * from final
