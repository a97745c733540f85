-- One row per lead of a partner whose customer has another one for the same product, with the top
-- of the partner's tree and how long it was live: what can be compared.
with keys as (

    select
        customer_id,
        product_id
    from {{ ref('int_leads_united') }}
    where channel = 'partner' and customer_id is not null and product_id is not null
    group by customer_id, product_id
    having count(*) > 1

),

leads as (

    select leads.*
    from {{ ref('int_leads_united') }} as leads
    semi join keys
        on leads.customer_id = keys.customer_id and leads.product_id = keys.product_id
    where leads.channel = 'partner'

),

crm_leads as (

    select * from {{ ref('stg_crm__leads') }}

),

roots as (

    select * from {{ ref('int_partner_roots_found') }}

),

final as (

    select
        leads.lead_id,
        leads.customer_id,
        leads.product_id,
        leads.registered_at,
        leads.registered_on,
        leads.reject_reason,
        leads.is_in_crm,
        coalesce(roots.root_id, leads.partner_id) as root_id,
        coalesce(leads.lead_status, 'new') <> 'rejected' as is_accepted,
        -- A lead that was lost was live until its row said so.
        case when leads.lead_status = 'lost' then coalesce(crm_leads.updated_at, leads.known_at) end
            as lost_at,
        {{ file_row('leads') }} as source_row
    from leads
    left join crm_leads on leads.lead_id = crm_leads.lead_id
    left join roots on leads.partner_id = roots.partner_id

)

select * from final
