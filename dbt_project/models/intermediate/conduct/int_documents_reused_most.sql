-- One row per partner with hashed documents: the most customers (同一書類の顧客数) that one of them
-- stands for.
with judged as (

    select * from {{ ref('int_contracts_judged') }}
    where customer_id is not null

),

blank_forms as (

    select lower(document_sha256) as document_sha256
    from {{ ref('blank_forms') }}

),

evidence as (

    select evidence.contract_id
    from {{ ref('int_evidence_united') }} as evidence
    anti join blank_forms on lower(evidence.document_sha256) = blank_forms.document_sha256
    where evidence.document_sha256 is not null

),

reused as (

    select * from {{ ref('int_documents_reused') }}

),

submitters as (

    select judged.partner_id
    from judged
    semi join evidence on judged.contract_id = evidence.contract_id
    group by judged.partner_id

),

reused_rows as (

    select
        partner_id,
        customer_count,
        {{ split_rows('source_rows') }} as source_row
    from reused

),

counted as (

    select
        partner_id,
        max(customer_count) as customer_count,
        {{ join_sorted('source_row') }} as source_rows
    from reused_rows
    group by partner_id

),

final as (

    select
        submitters.partner_id,
        coalesce(counted.customer_count, 1) as reused_document_customer_count,
        counted.source_rows
    from submitters
    left join counted on submitters.partner_id = counted.partner_id

)

select * from final
