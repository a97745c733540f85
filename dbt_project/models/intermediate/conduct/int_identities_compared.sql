-- One row per judged contract: whether its customer is the partner's side (自己契約の疑い), by a shared
-- identifier or by a likeness that is certain. One that is not waits for a person's word; listed
-- group companies are allowed to be.
with judged as (

    select * from {{ ref('int_contracts_judged') }}

),

customers as (

    select * from {{ ref('int_customer_identifiers') }}

),

comparable as (

    select * from {{ ref('int_customers_marked') }}
    where is_comparable

),

partners as (

    select * from {{ ref('int_partner_identifiers') }}

),

matched as (

    select * from {{ ref('int_parties_matched') }}

),

crm_contracts as (

    select * from {{ ref('stg_crm__contracts') }}

),

group_companies as (

    select * from {{ ref('group_companies') }}

),

allowed as (

    select crm_contracts.contract_id
    from crm_contracts
    semi join group_companies
        on
            crm_contracts.partner_id = group_companies.partner_id
            and crm_contracts.corporate_number = group_companies.corporate_number

),

shared_rows as (

    select
        customers.contract_id,
        true as is_certain,
        {{ each_of(list_of(['customers.source_row', 'partners.source_row'])) }} as source_row
    from customers
    inner join partners
        on
            customers.partner_id = partners.partner_id
            and customers.identifier_kind = partners.identifier_kind
            and customers.identifier = partners.identifier
    union all
    select
        contract_id,
        is_certain,
        {{ each_of(list_of(['source_row', 'party_row'])) }} as source_row
    from matched

),

shared as (

    select
        shared_rows.contract_id,
        bool_or(shared_rows.is_certain) as is_certain,
        {{ join_sorted('case when shared_rows.is_certain then shared_rows.source_row end') }}
            as source_rows
    from shared_rows
    anti join allowed on shared_rows.contract_id = allowed.contract_id
    group by shared_rows.contract_id

),

final as (

    select
        judged.contract_id,
        case when shared.is_certain then shared.source_rows end as source_rows,
        case
            when shared.is_certain then true
            when shared.contract_id is null and comparable.contract_id is not null then false
        end as shares_identity_with_partner,
        case
            when shared.is_certain then null
            when shared.contract_id is not null then 'verification'
            when comparable.contract_id is null then 'identifier'
        end as missing_input
    from judged
    left join comparable on judged.contract_id = comparable.contract_id
    left join shared on judged.contract_id = shared.contract_id

)

select * from final
