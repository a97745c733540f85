-- One row per document received for a contract, at either door (証憑).
with crm_evidence as (

    select * from {{ ref('stg_crm__evidence') }}

),

uploaded as (

    select * from {{ ref('stg_uploads__evidence') }}

),

keys as (

    select * from {{ ref('int_contract_keys') }}

),

from_crm as (

    select
        crm_evidence.evidence_id,
        cast(null as string) as uploader_id,
        crm_evidence.contract_id,
        {{ evidence_columns('crm_evidence') }}
    from crm_evidence

),

from_partner as (

    select
        uploaded.uploader_id || ':' || uploaded.evidence_id as evidence_id,
        uploaded.uploader_id,
        keys.contract_id,
        {{ evidence_columns('uploaded') }}
    from uploaded
    inner join keys
        on uploaded.uploader_id = keys.scope_id and uploaded.contract_id = keys.record_id

),

final as (

    select * from from_crm
    union all
    select * from from_partner

)

select * from final
