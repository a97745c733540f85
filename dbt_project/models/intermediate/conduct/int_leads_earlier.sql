-- One row per partner lead × earlier lead of the same customer and product (二重登録) by an unrelated
-- partner, live at the time and inside its 90 days of protection.
with leads as (

    select * from {{ ref('int_leads_rooted') }}

),

-- Of two that arrived at one moment neither is the earlier: both are shown to the reviewer.
final as (

    select
        leads.lead_id,
        earlier.lead_id as earlier_lead_id,
        earlier.root_id as earlier_root_id,
        leads.source_row,
        earlier.source_row as earlier_source_row
    from leads
    inner join leads as earlier
        on
            leads.customer_id = earlier.customer_id
            and leads.product_id = earlier.product_id
            and leads.root_id <> earlier.root_id
            and leads.registered_at >= earlier.registered_at
    where
        earlier.is_accepted
        and coalesce(earlier.lost_at > leads.registered_at, true)
        and leads.registered_on <= {{ add_days('earlier.registered_on', 90) }}

)

select * from final
