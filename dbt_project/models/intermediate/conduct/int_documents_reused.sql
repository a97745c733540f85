-- One row per partner × hashed document (証憑ファイル) of its contracts: how many customers it
-- stands for, whoever's partner they are; the rows of those with several. Listed blank forms are no
-- evidence of anything.
with judged as (

    select * from {{ ref('int_contracts_judged') }}

),

evidence as (

    select
        contract_id,
        {{ file_row() }} as source_row,
        -- Hexadecimal digits come in either case.
        lower(document_sha256) as document_sha256
    from {{ ref('int_evidence_united') }}
    where document_sha256 is not null

),

blank_forms as (

    select lower(document_sha256) as document_sha256
    from {{ ref('blank_forms') }}

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

reused as (

    select document_sha256
    from documents
    group by document_sha256
    having min(customer_id) <> max(customer_id)

),

counted as (

    select
        documents.document_sha256,
        cast(count(distinct documents.customer_id) as bigint) as customer_count,
        {{ join_sorted('documents.source_row') }} as source_rows
    from documents
    semi join reused on documents.document_sha256 = reused.document_sha256
    group by documents.document_sha256

),

submitters as (

    select
        partner_id,
        document_sha256
    from documents
    group by partner_id, document_sha256

),

final as (

    select
        submitters.partner_id,
        submitters.document_sha256,
        coalesce(counted.customer_count, 1) as customer_count,
        counted.source_rows
    from submitters
    left join counted on submitters.document_sha256 = counted.document_sha256

)

select * from final
