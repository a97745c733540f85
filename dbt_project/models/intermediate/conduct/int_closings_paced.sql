-- One row per partner: the median of its contracts' days from lead to signing ÷ its peers' median
-- for the product (契約までの速さ). The peers' median is that of the partners' medians, so that no
-- large partner is its own yardstick. Products that eight partners or fewer sell, or that close
-- within ten days anyway, where a fifth is a day or two, are not compared.
with leads as (

    select * from {{ ref('int_leads_followed') }}
    where contracted_on >= registered_on and product_id <> ''

),

partners as (

    select * from {{ ref('stg_crm__partners') }}

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

paced as (

    select
        closings.partner_id,
        median(closings.closing_days / peers.closing_days) as pace,
        count(*) as closing_count,
        {{ latest_rows(
            'closings.closing_days < peers.closing_days / 5', 'closings.contracted_on',
            'closings.source_row'
        ) }} as source_rows
    from closings
    inner join peers on closings.product_id = peers.product_id
    group by closings.partner_id

),

final as (

    select
        partners.partner_id,
        cast(paced.pace as decimal(9, 4)) as closing_pace,
        cast(paced.closing_count as bigint) as closing_count,
        case when paced.pace < 0.2 then paced.source_rows end as source_rows,
        case when paced.partner_id is null then 'lead_to_contract' end as missing_input
    from partners
    left join paced on partners.partner_id = paced.partner_id

)

select * from final
