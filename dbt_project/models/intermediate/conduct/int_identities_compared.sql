-- One row per judged contract that can be compared: whether its customer shares an identifier with
-- the partner's side (自己契約の疑い). Listed group companies are allowed to.
with customers as (

    select * from {{ ref('int_customer_identifiers') }}

),

partners as (

    select * from {{ ref('int_partner_identifiers') }}

),

crm_contracts as (

    select * from {{ ref('stg_crm__contracts') }}

),

group_companies as (

    select * from {{ ref('group_companies') }}

),

partner_kinds as (

    select
        partner_id,
        identifier_kind
    from partners
    group by partner_id, identifier_kind

),

allowed as (

    select crm_contracts.contract_id
    from crm_contracts
    inner join group_companies
        on
            crm_contracts.partner_id = group_companies.partner_id
            and crm_contracts.corporate_number = group_companies.corporate_number
    group by crm_contracts.contract_id

),

shared_rows as (

    select
        customers.contract_id,
        customers.source_row
    from customers
    inner join partners
        on
            customers.partner_id = partners.partner_id
            and customers.identifier_kind = partners.identifier_kind
            and customers.identifier = partners.identifier
    union all
    select
        customers.contract_id,
        partners.source_row
    from customers
    inner join partners
        on
            customers.partner_id = partners.partner_id
            and customers.identifier_kind = partners.identifier_kind
            and customers.identifier = partners.identifier

),

shared as (

    select
        shared_rows.contract_id,
        {{ join_sorted('shared_rows.source_row') }} as source_rows
    from shared_rows
    left join allowed on shared_rows.contract_id = allowed.contract_id
    where allowed.contract_id is null
    group by shared_rows.contract_id

),

final as (

    select
        customers.contract_id,
        max(shared.source_rows) as source_rows,
        max(shared.source_rows) is not null as shares_identity_with_partner
    from customers
    inner join partner_kinds
        on
            customers.partner_id = partner_kinds.partner_id
            and customers.identifier_kind = partner_kinds.identifier_kind
    left join shared on customers.contract_id = shared.contract_id
    group by customers.contract_id

)

select * from final
