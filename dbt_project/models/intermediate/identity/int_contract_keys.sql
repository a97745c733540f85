-- One row per contract id as a door writes it: the united contract it stands for.
-- scope_id is `crm` or the uploader; an id that the CRM does not know stays the uploader's own.
with crm_contracts as (

    select * from {{ ref('stg_crm__contracts') }}

),

matched as (

    select * from {{ ref('int_contracts_matched') }}

),

crm_keys as (

    select
        'crm' as scope_id,
        contract_id as record_id,
        contract_id,
        cast(null as string) as matched_by
    from crm_contracts

),

uploader_keys as (

    select
        uploader_id as scope_id,
        record_id,
        coalesce(crm_id, uploader_id || ':' || record_id) as contract_id,
        matched_by
    from matched

),

final as (

    select * from crm_keys
    union all
    select * from uploader_keys

)

select * from final
