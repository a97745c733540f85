-- One row per lead of a partner with what its file states: the contacts in clear, and the time of
-- day at which the CRM registered it, in Tokyo's clock.
-- A view: the contacts are stored nowhere again (int_leads_checked keeps what is wrong with them).
-- Read twice from the table is cheaper than held in memory once.
with leads as not materialized (

    select
        lead_id,
        partner_id,
        rep_id,
        customer_id,
        product_id,
        registered_on,
        is_in_crm,
        company_name_hash,
        prefecture,
        address_hash,
        email_domain,
        {{ file_row() }} as source_row
    from {{ ref('int_leads_united') }}
    where channel = 'partner' and partner_id is not null

),

crm_leads as (

    select * from {{ ref('stg_crm__leads') }}

),

uploaded as (

    select * from {{ ref('stg_uploads__leads') }}

),

-- Either door by itself: both at once would hold both tables in memory.
final as (

    select
        leads.*,
        {{ clock_of('crm_leads.registered_at') }} as registered_at,
        crm_leads.email,
        crm_leads.email_is_valid,
        crm_leads.phone,
        crm_leads.phone_is_valid,
        crm_leads.address
    from leads
    left join crm_leads on leads.lead_id = crm_leads.lead_id
    where leads.is_in_crm
    union all
    select
        leads.*,
        null as registered_at,
        uploaded.email,
        uploaded.email_is_valid,
        uploaded.phone,
        uploaded.phone_is_valid,
        uploaded.address
    from leads
    left join uploaded
        on leads.lead_id = uploaded.uploader_id || ':' || uploaded.lead_id
    where not leads.is_in_crm

)

select * from final
