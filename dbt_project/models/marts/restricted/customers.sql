-- One row per lead or contract row of a door, with the customer's personal data: reviewers only.
with crm_leads as (

    select * from {{ ref('stg_crm__leads') }}

),

uploaded_leads as (

    select * from {{ ref('stg_uploads__leads') }}

),

crm_contracts as (

    select * from {{ ref('stg_crm__contracts') }}

),

uploaded_contracts as (

    select * from {{ ref('stg_uploads__contracts') }}

),

lead_keys as (

    select * from {{ ref('int_lead_keys') }}

),

contract_keys as (

    select * from {{ ref('int_contract_keys') }}

),

customers as (

    select * from {{ ref('stg_lake__customers') }}

),

records as (

    {{ customer_records('leads', 'crm_leads', 'lead_keys', 'crm') }}
    union all
    {{ customer_records('leads', 'uploaded_leads', 'lead_keys', 'partners') }}
    union all
    {{ customer_records('contracts', 'crm_contracts', 'contract_keys', 'crm') }}
    union all
    {{ customer_records('contracts', 'uploaded_contracts', 'contract_keys', 'partners') }}

),

final as (

    select
        records.*,
        customers.customer_id
    from records
    left join customers
        on
            records.entity = customers.entity
            and records.scope_id = customers.scope_id
            and records.record_id = customers.record_id

)

select * from final
