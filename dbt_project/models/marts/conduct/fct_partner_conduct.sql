-- One row per partner: one column per conduct measure (行動指標).
with partners as (

    select * from {{ ref('stg_crm__partners') }}

),

documents as (

    select * from {{ ref('int_documents_reused') }}

),

most_reused as (

    select
        partner_id,
        max(customer_count) as customer_count
    from documents
    group by partner_id

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
        partners.partner_id,
        most_reused.customer_count as reused_document_customer_count,
        evidence.source_rows as reused_document_customer_count_evidence,
        {{ file_row('partners') }} as evidence_rows
    from partners
    left join most_reused on partners.partner_id = most_reused.partner_id
    left join evidence on partners.partner_id = evidence.partner_id

)

select * from final
