-- One row per partner lead that was known before or cannot be compared: how many direct deals of
-- the same customer and product were open when it came (既存商談): a lead of marketing or sales
-- registered in the 180 days before, neither rejected nor lost by then, or a direct contract agreed
-- in that time or in force. One that was handed to the partner is no other deal. Any other lead was
-- not known.
-- Read twice from the table is cheaper than held in memory once.
with leads as not materialized (

    select * from {{ ref('int_leads_united') }}
    where registered_on is not null

),

crm_leads as (

    select * from {{ ref('stg_crm__leads') }}

),

contracts as (

    select * from {{ ref('int_contracts_united') }}
    where channel <> 'partner' and contract_status is distinct from 'lost'

),

cancellations as (

    select * from {{ ref('int_cancellations') }}

),

direct_deals as (

    select
        leads.customer_id,
        leads.product_id,
        leads.partner_id,
        leads.registered_at as known_at,
        {{ add_days('leads.registered_on', 180) }} as known_until,
        case when leads.lead_status in ('lost', 'rejected') then crm_leads.updated_at end
            as ended_at,
        {{ file_row('leads') }} as source_row
    from leads
    left join crm_leads on leads.lead_id = crm_leads.lead_id
    where leads.channel <> 'partner'
    union all
    select
        contracts.customer_id,
        contracts.product_id,
        contracts.partner_id,
        {{ start_of_day('coalesce(contracts.agreed_on, contracts.contracted_on)') }} as known_at,
        case
            when contracts.contracted_on is null then {{ add_days('contracts.agreed_on', 180) }}
            else date '9999-12-31'
        end as known_until,
        {{ start_of_day('cancellations.cancelled_on') }} as ended_at,
        {{ file_row('contracts') }} as source_row
    from contracts
    left join cancellations on contracts.contract_id = cancellations.contract_id

),

known as (

    select
        leads.lead_id,
        count(*) as known_count,
        {{ join_sorted('direct_deals.source_row') }} as known_rows
    from leads
    inner join direct_deals
        on
            leads.customer_id = direct_deals.customer_id
            and leads.product_id = direct_deals.product_id
            and leads.partner_id is distinct from direct_deals.partner_id
            and leads.registered_at > direct_deals.known_at
            and leads.registered_on <= direct_deals.known_until
            and coalesce(leads.registered_at < direct_deals.ended_at, true)
    where leads.channel = 'partner'
    group by leads.lead_id

),

final as (

    select
        leads.lead_id,
        case
            when leads.customer_id is not null and leads.product_id is not null
                then cast(coalesce(known.known_count, 0) as bigint)
        end as known_deal_count,
        {{ file_row('leads') }} || ';' || known.known_rows as source_rows,
        {{ missing_of({'customer': 'leads.customer_id', 'product': 'leads.product_id'}) }}
            as missing_input
    from leads
    left join known on leads.lead_id = known.lead_id
    where
        leads.channel = 'partner'
        and (known.lead_id is not null or leads.customer_id is null or leads.product_id is null)

)

select * from final
