-- One row per lead: the CRM's, or a partner's that the CRM does not know. The CRM gives the
-- values once it has the lead, else the id that came first does (int_lead_keys); the lead counts
-- from its first arrival at either door.
with crm_leads as (

    select * from {{ ref('stg_crm__leads') }}

),

uploaded as (

    select * from {{ ref('stg_uploads__leads') }}

),

keys as (

    select * from {{ ref('int_lead_keys') }}

),

rep_keys as (

    select * from {{ ref('int_rep_keys') }}

),

customers as (

    select * from {{ ref('stg_lake__customers') }}
    where entity = 'leads'

),

arrivals as (

    select
        keys.lead_id,
        min(uploaded.registered_at) as registered_at
    from uploaded
    inner join keys
        on uploaded.uploader_id = keys.scope_id and uploaded.lead_id = keys.record_id
    group by keys.lead_id

),

from_crm as (

    select
        crm_leads.lead_id,
        'crm' as scope_id,
        crm_leads.partner_id as rep_scope_id,
        crm_leads.lead_id as record_id,
        case when arrivals.lead_id is null then 'crm' else 'both' end as door,
        true as is_in_crm,
        least(crm_leads.registered_at, arrivals.registered_at) as registered_at,
        {{ lead_columns('crm_leads') }}
    from crm_leads
    left join arrivals
        on crm_leads.lead_id = arrivals.lead_id

),

from_partner as (

    select
        keys.lead_id,
        uploaded.uploader_id as scope_id,
        uploaded.uploader_id as rep_scope_id,
        uploaded.lead_id as record_id,
        'partner' as door,
        false as is_in_crm,
        uploaded.registered_at,
        {{ lead_columns('uploaded', partner_id=partner_of('uploaded')) }}
    from uploaded
    inner join keys
        on uploaded.uploader_id = keys.scope_id and uploaded.lead_id = keys.record_id
    where keys.matched_by is null and keys.lead_id = uploaded.uploader_id || ':' || uploaded.lead_id

),

united as (

    select * from from_crm
    union all
    select * from from_partner

),

final as (

    select
        united.lead_id,
        united.door,
        united.is_in_crm,
        united.registered_at,
        {{ business_day('united.registered_at') }} as registered_on,
        customers.customer_id,
        {{ lead_columns('united', rep_id=rep_of('united', 'rep_keys')) }}
    from united
    left join rep_keys
        on united.rep_scope_id = rep_keys.scope_id and united.rep_id = rep_keys.record_id
    left join customers
        on united.scope_id = customers.scope_id and united.record_id = customers.record_id

)

select * from final
