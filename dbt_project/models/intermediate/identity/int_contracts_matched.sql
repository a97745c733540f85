-- One row per contract id in a partner's files (contracts, contract events, evidence):
-- the CRM contract it stands for, NULL for a claim.
with uploaded as (

    select * from {{ ref('stg_uploads__contracts') }}

),

crm_contracts as (

    select * from {{ ref('stg_crm__contracts') }}

),

deleted as (

    select * from {{ ref('stg_crm__deleted_contracts') }}

),

customers as (

    select * from {{ ref('stg_lake__customers') }}
    where entity = 'contracts'

),

owners as (

    select
        contract_id as crm_id,
        partner_id
    from {{ ref('stg_crm__contract_partners') }}

),

families as (

    select * from {{ ref('int_partner_ancestors_recorded') }}

),

-- union, not union all: an id is one reference however many rows name it.
named_ids as (

    select
        uploader_id,
        contract_id
    from uploaded
    union
    select
        uploader_id,
        contract_id
    from {{ ref('stg_uploads__contract_events') }}
    union
    select
        uploader_id,
        contract_id
    from {{ ref('stg_uploads__evidence') }}

),

refs as (

    select
        named_ids.uploader_id,
        named_ids.contract_id as record_id,
        coalesce(uploaded.partner_id, uploaded.uploader_id) as partner_id,
        customers.customer_id,
        uploaded.product_id,
        coalesce(uploaded.contracted_on, uploaded.agreed_on) as matched_on
    from named_ids
    left join uploaded
        on
            named_ids.uploader_id = uploaded.uploader_id
            and named_ids.contract_id = uploaded.contract_id
    left join customers
        on
            uploaded.uploader_id = customers.scope_id
            and uploaded.contract_id = customers.record_id

),

crm as (

    select
        crm_contracts.contract_id as crm_id,
        crm_contracts.partner_ref,
        customers.customer_id,
        crm_contracts.product_id,
        coalesce(crm_contracts.contracted_on, crm_contracts.agreed_on) as matched_on,
        false as is_deleted
    from crm_contracts
    left join customers
        on customers.scope_id = 'crm' and crm_contracts.contract_id = customers.record_id
    union all
    select
        contract_id as crm_id,
        partner_ref,
        cast(null as string) as customer_id,
        cast(null as string) as product_id,
        cast(null as date) as matched_on,
        true as is_deleted
    from deleted

),

{{ match_to_crm('refs', 'crm', 'owners', 'families') }}

select * from final
