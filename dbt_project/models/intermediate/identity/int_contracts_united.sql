-- One row per contract: the CRM's, or a partner's claim that the CRM does not know.
-- Once the CRM has the contract, only its row gives values.
with crm_contracts as (

    select * from {{ ref('stg_crm__contracts') }}

),

uploaded as (

    select * from {{ ref('stg_uploads__contracts') }}

),

contract_keys as (

    select * from {{ ref('int_contract_keys') }}

),

lead_keys as (

    select * from {{ ref('int_lead_keys') }}

),

rep_keys as (

    select * from {{ ref('int_rep_keys') }}

),

customers as (

    select * from {{ ref('stg_lake__customers') }}
    where entity = 'contracts'

),

arrivals as (

    select contract_keys.contract_id
    from uploaded
    inner join contract_keys
        on
            uploaded.uploader_id = contract_keys.scope_id
            and uploaded.contract_id = contract_keys.record_id
    group by contract_keys.contract_id

),

from_crm as (

    select
        crm_contracts.contract_id,
        'crm' as scope_id,
        crm_contracts.partner_id as rep_scope_id,
        crm_contracts.contract_id as record_id,
        case when arrivals.contract_id is null then 'crm' else 'both' end as door,
        true as is_in_crm,
        crm_contracts.lead_id,
        {{ contract_columns('crm_contracts') }}
    from crm_contracts
    left join arrivals
        on crm_contracts.contract_id = arrivals.contract_id

),

claimed as (

    select
        contract_keys.contract_id,
        uploaded.uploader_id as scope_id,
        uploaded.uploader_id as rep_scope_id,
        uploaded.contract_id as record_id,
        'partner' as door,
        false as is_in_crm,
        lead_keys.lead_id,
        {{ contract_columns('uploaded', partner_id=partner_of('uploaded')) }}
    from uploaded
    inner join contract_keys
        on
            uploaded.uploader_id = contract_keys.scope_id
            and uploaded.contract_id = contract_keys.record_id
    left join lead_keys
        on uploaded.uploader_id = lead_keys.scope_id and uploaded.lead_id = lead_keys.record_id
    where contract_keys.matched_by is null

),

united as (

    select * from from_crm
    union all
    select * from claimed

),

final as (

    select
        united.contract_id,
        united.door,
        united.is_in_crm,
        united.lead_id,
        coalesce(united.lead_id, united.contract_id) as deal_id,
        customers.customer_id,
        {{ contract_columns('united', rep_id=rep_of('united', 'rep_keys')) }}
    from united
    left join rep_keys
        on united.rep_scope_id = rep_keys.scope_id and united.rep_id = rep_keys.record_id
    left join customers
        on united.scope_id = customers.scope_id and united.record_id = customers.record_id

)

select * from final
