-- One row per lead id in a partner's files: the CRM lead it stands for, NULL for a claim.
with uploaded as (

    select * from {{ ref('stg_uploads__leads') }}

),

uploaded_contracts as (

    select * from {{ ref('stg_uploads__contracts') }}

),

crm_leads as (

    select * from {{ ref('stg_crm__leads') }}

),

deleted as (

    select * from {{ ref('stg_crm__deleted_leads') }}

),

customers as (

    select * from {{ ref('stg_lake__customers') }}
    where entity = 'leads'

),

owners as (

    select
        lead_id as crm_id,
        partner_id
    from {{ ref('stg_crm__lead_partners') }}

),

families as (

    select * from {{ ref('int_partner_ancestors_recorded') }}

),

-- The stated date says which lead is meant; what counts is the arrival (int_leads_united).
refs as (

    select
        uploaded.uploader_id,
        uploaded.lead_id as record_id,
        coalesce(uploaded.partner_id, uploaded.uploader_id) as partner_id,
        customers.customer_id,
        uploaded.product_id,
        {{ business_day('uploaded.registered_at_stated') }} as matched_on
    from uploaded
    left join customers
        on uploaded.uploader_id = customers.scope_id and uploaded.lead_id = customers.record_id
    union all
    -- distinct: several contracts may name one lead that the partner never sent.
    select distinct
        uploaded_contracts.uploader_id,
        uploaded_contracts.lead_id as record_id,
        cast(null as string) as partner_id,
        cast(null as string) as customer_id,
        cast(null as string) as product_id,
        cast(null as date) as matched_on
    from uploaded_contracts
    left join uploaded
        on
            uploaded_contracts.uploader_id = uploaded.uploader_id
            and uploaded_contracts.lead_id = uploaded.lead_id
    where uploaded_contracts.lead_id is not null and uploaded.lead_id is null

),

crm as (

    select
        crm_leads.lead_id as crm_id,
        crm_leads.partner_ref,
        customers.customer_id,
        crm_leads.product_id,
        {{ business_day('crm_leads.registered_at') }} as matched_on,
        false as is_deleted
    from crm_leads
    left join customers
        on customers.scope_id = 'crm' and crm_leads.lead_id = customers.record_id
    union all
    select
        lead_id as crm_id,
        partner_ref,
        cast(null as string) as customer_id,
        cast(null as string) as product_id,
        cast(null as date) as matched_on,
        true as is_deleted
    from deleted

),

{{ match_to_crm('refs', 'crm', 'owners', 'families', one_to_one=false) }}

select * from final
