-- One row per contract × kind of evidence (証憑), with the first day it was there.
with evidence as (

    select * from {{ ref('int_evidence_united') }}

),

night as (

    select * from {{ ref('stg_run__night') }}

),

final as (

    select
        evidence.contract_id,
        evidence.evidence_kind,
        min(evidence.received_on) as first_received_on
    from evidence
    inner join night on evidence.received_on <= night.business_day
    group by evidence.contract_id, evidence.evidence_kind

)

select * from final
