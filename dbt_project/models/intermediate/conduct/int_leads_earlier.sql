-- One row per partner lead × earlier lead of the same customer and product (二重登録) by an unrelated
-- partner, live at the time and inside its 90 days of protection.
with leads as (

    select * from {{ ref('int_leads_united') }}
    where channel = 'partner'

),

crm_leads as (

    select * from {{ ref('stg_crm__leads') }}

),

ancestors as (

    select * from {{ ref('int_partner_ancestors_found') }}

),

-- Partners of one tree are related: what a sub-agent and its parent submit is one submission.
roots as (

    select
        partner_id,
        max_by(ancestor_id, depth) as root_id
    from ancestors
    group by partner_id

),

rooted as (

    select
        leads.lead_id,
        leads.customer_id,
        leads.product_id,
        leads.registered_at,
        leads.registered_on,
        coalesce(roots.root_id, leads.partner_id) as root_id,
        coalesce(leads.lead_status, 'new') <> 'rejected' as is_accepted,
        -- A lead that was lost was live until its row said so.
        case when leads.lead_status = 'lost' then coalesce(crm_leads.updated_at, leads.known_at) end
            as lost_at,
        {{ file_row('leads') }} as source_row
    from leads
    left join crm_leads on leads.lead_id = crm_leads.lead_id
    left join roots on leads.partner_id = roots.partner_id
    where leads.customer_id is not null and leads.product_id is not null

),

-- Of two that arrived at one moment neither is the earlier: both are shown to the reviewer.
final as (

    select
        rooted.lead_id,
        earlier.lead_id as earlier_lead_id,
        earlier.root_id as earlier_root_id,
        rooted.source_row,
        earlier.source_row as earlier_source_row
    from rooted
    inner join rooted as earlier
        on
            rooted.customer_id = earlier.customer_id
            and rooted.product_id = earlier.product_id
            and rooted.root_id <> earlier.root_id
            and rooted.registered_at >= earlier.registered_at
    where
        earlier.is_accepted
        and coalesce(earlier.lost_at > rooted.registered_at, true)
        and rooted.registered_on <= {{ add_days('earlier.registered_on', 90) }}

)

select * from final
