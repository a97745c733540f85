-- One row per lead (リード) registered up to the business day, from either door.
with leads as (

    select * from {{ ref('int_leads_united') }}

),

night as (

    select * from {{ ref('stg_run__night') }}

),

final as (

    select
        leads.lead_id,
        leads.door,
        leads.is_in_crm,
        leads.registered_at,
        leads.registered_on,
        {{ month_of('leads.registered_on') }} as cohort_month,
        leads.channel,
        leads.partner_id,
        leads.rep_id,
        {{ shared_words('leads.campaign') }} as campaign,
        leads.product_id,
        leads.customer_id,
        leads.lead_status,
        {{ shared_words('leads.reject_reason') }} as reject_reason,
        leads.meeting_on,
        leads.is_in_crm
        and coalesce(leads.lead_status in ('accepted', 'meeting', 'lost'), false) as is_accepted,
        coalesce(leads.meeting_on <= night.business_day, false) as has_met,
        leads.legal_basis,
        leads.consent_on,
        leads.prefecture,
        leads.company_name_hash,
        leads.corporate_number_hash,
        leads.contact_name_hash,
        leads.email_hash,
        leads.phone_hash,
        leads.address_hash,
        leads.known_at,
        leads.file_sha256,
        leads.row_number
    from leads
    inner join night
        on leads.registered_on <= night.business_day

)

select * from final
