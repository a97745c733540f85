-- One row per lead of a partner with what its file states: the contacts in clear, and when it was
-- submitted by the clock in Tokyo. The partner's own time counts before the CRM's; a time at
-- midnight is a date without a time. A view: the contacts are stored nowhere again.
with leads as (

    select * from {{ ref('int_leads_united') }}
    where channel = 'partner' and partner_id is not null

),

crm_leads as (

    select * from {{ ref('stg_crm__leads') }}

),

uploaded as (

    select * from {{ ref('stg_uploads__leads') }}

),

keys as (

    select * from {{ ref('int_lead_keys') }}

),

clocks as (

    select
        keys.lead_id,
        min({{ clock_of('uploaded.registered_at_stated') }}) as submitted_at
    from uploaded
    inner join keys
        on uploaded.uploader_id = keys.scope_id and uploaded.lead_id = keys.record_id
    group by keys.lead_id

),

final as (

    select
        leads.lead_id,
        leads.partner_id,
        leads.rep_id,
        leads.customer_id,
        leads.product_id,
        leads.registered_on,
        leads.company_name_hash,
        leads.prefecture,
        leads.address_hash,
        leads.email_domain,
        coalesce(clocks.submitted_at, {{ clock_of('crm_leads.registered_at') }}) as submitted_at,
        coalesce(crm_leads.email, uploaded.email) as email,
        coalesce(crm_leads.email_is_valid, uploaded.email_is_valid) as email_is_valid,
        coalesce(crm_leads.phone, uploaded.phone) as phone,
        coalesce(crm_leads.phone_is_valid, uploaded.phone_is_valid) as phone_is_valid,
        coalesce(crm_leads.address, uploaded.address) as address,
        {{ file_row('leads') }} as source_row
    from leads
    left join crm_leads
        on leads.is_in_crm and leads.lead_id = crm_leads.lead_id
    left join uploaded
        on
            not leads.is_in_crm
            and leads.lead_id = uploaded.uploader_id || ':' || uploaded.lead_id
    left join clocks on leads.lead_id = clocks.lead_id

)

select * from final
