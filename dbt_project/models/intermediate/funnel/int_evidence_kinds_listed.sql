-- One row per contract with documents received by the business day: their kinds, `;`-joined.
with night as (

    select * from {{ ref('stg_run__night') }}

),

evidence as (

    select * from {{ ref('int_evidence_united') }}

),

final as (

    select
        evidence.contract_id,
        nullif({{ join_sorted('evidence.evidence_kind') }}, '') as evidence
    from evidence
    inner join night
        on evidence.received_on <= night.business_day
    group by evidence.contract_id

)

select * from final
