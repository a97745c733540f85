-- One row per partner lead that is contested or cannot be compared: how many earlier live leads
-- (先行登録) unrelated partners had of its customer and product. Any other lead has none.
with leads as (

    select * from {{ ref('int_leads_united') }}
    where channel = 'partner' and partner_id is not null

),

earlier_leads as (

    select * from {{ ref('int_leads_earlier') }}

),

earlier_rows as (

    select
        lead_id,
        source_row
    from earlier_leads
    union all
    select
        lead_id,
        earlier_source_row as source_row
    from earlier_leads

),

evidence as (

    select
        lead_id,
        {{ join_sorted('source_row') }} as source_rows
    from earlier_rows
    group by lead_id

),

counted as (

    select
        lead_id,
        count(*) as earlier_count
    from earlier_leads
    group by lead_id

),

final as (

    select
        leads.lead_id,
        case
            when leads.customer_id is not null and leads.product_id is not null
                then cast(coalesce(counted.earlier_count, 0) as bigint)
        end as earlier_partner_lead_count,
        evidence.source_rows,
        {{ missing_of({'customer': 'leads.customer_id', 'product': 'leads.product_id'}) }}
            as missing_input
    from leads
    left join counted on leads.lead_id = counted.lead_id
    left join evidence on leads.lead_id = evidence.lead_id
    where
        counted.lead_id is not null or leads.customer_id is null or leads.product_id is null

)

select * from final
