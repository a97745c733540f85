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
        -- distinct: two consent forms are one kind.
        string_agg(distinct evidence.evidence_kind, ';' order by evidence.evidence_kind) as evidence
    from evidence
    inner join night
        on evidence.received_on <= night.business_day
    group by evidence.contract_id

)

select * from final
