-- One row per partner with hashed documents: the most customers (同一書類の顧客数) that one of them
-- stands for.
with documents as (

    select * from {{ ref('int_documents_reused') }}

),

reused_rows as (

    select
        partner_id,
        {{ split_rows('source_rows') }} as source_row
    from documents
    where customer_count > 1

),

evidence as (

    select
        partner_id,
        {{ join_sorted('source_row') }} as source_rows
    from reused_rows
    group by partner_id

),

final as (

    select
        documents.partner_id,
        max(documents.customer_count) as reused_document_customer_count,
        max(evidence.source_rows) as source_rows
    from documents
    left join evidence on documents.partner_id = evidence.partner_id
    group by documents.partner_id

)

select * from final
