-- One row per partner × hashed document (証憑ファイル) of its contracts: how many customers it
-- stands for. Listed blank forms are no evidence of anything.
with judged as (

    select * from {{ ref('int_contracts_judged') }}

),

evidence as (

    select * from {{ ref('int_evidence_united') }}

),

blank_forms as (

    select * from {{ ref('blank_forms') }}

),

final as (

    select
        judged.partner_id,
        evidence.document_sha256,
        cast(count(distinct judged.customer_id) as bigint) as customer_count,
        {{ join_sorted(file_row('evidence')) }} as source_rows
    from evidence
    inner join judged on evidence.contract_id = judged.contract_id
    left join blank_forms on evidence.document_sha256 = blank_forms.document_sha256
    where
        evidence.document_sha256 is not null
        and judged.customer_id is not null
        and blank_forms.document_sha256 is null
    group by judged.partner_id, evidence.document_sha256

)

select * from final
