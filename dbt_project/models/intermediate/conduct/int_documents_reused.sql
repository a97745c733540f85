-- One row per partner × document (証憑ファイル) of its contracts that stands for several customers,
-- whoever's partner they are: how many, and the rows. Listed blank forms are no evidence of
-- anything.
with judged as (

    select * from {{ ref('int_contracts_judged') }}

),

blank_forms as (

    select lower(document_sha256) as document_sha256
    from {{ ref('blank_forms') }}

),

-- Most documents come once; numbers find the others cheaper than texts.
repeated as (

    select hash(lower(document_sha256)) as mark
    from {{ ref('int_evidence_united') }}
    where document_sha256 is not null
    group by mark
    having count(*) > 1

),

evidence as (

    select
        evidence.contract_id,
        {{ file_row('evidence') }} as source_row,
        -- Hexadecimal digits come in either case.
        lower(evidence.document_sha256) as document_sha256
    from {{ ref('int_evidence_united') }} as evidence
    semi join repeated on hash(lower(evidence.document_sha256)) = repeated.mark
    where evidence.document_sha256 is not null

),

documents as (

    select
        judged.partner_id,
        judged.customer_id,
        evidence.document_sha256,
        evidence.source_row
    from evidence
    inner join judged on evidence.contract_id = judged.contract_id
    anti join blank_forms on evidence.document_sha256 = blank_forms.document_sha256
    where judged.customer_id is not null

),

counted as (

    select
        document_sha256,
        cast(count(distinct customer_id) as bigint) as customer_count,
        {{ join_sorted('source_row') }} as source_rows
    from documents
    group by document_sha256
    having min(customer_id) <> max(customer_id)

),

final as (

    select
        documents.partner_id,
        documents.document_sha256,
        max(counted.customer_count) as customer_count,
        max(counted.source_rows) as source_rows
    from documents
    inner join counted on documents.document_sha256 = counted.document_sha256
    group by documents.partner_id, documents.document_sha256

)

select * from final
