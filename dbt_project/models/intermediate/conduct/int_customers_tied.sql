-- One row per customer × repeated identifier × file row of a judged contract that says so
-- (顧客の名寄せキー). A contract that only a partner claims ties nobody, or it could drag another one in;
-- listed group companies are allowed to share theirs.
with repeated as (

    select * from {{ ref('int_identifiers_repeated') }}

),

identifiers as (

    select * from {{ ref('int_customer_identifiers') }}
    where identifier_kind <> 'account'

),

payers as (

    select * from {{ ref('int_payers_told') }}
    where not is_of_agent

),

judged as (

    select * from {{ ref('int_contracts_judged') }}

),

crm_contracts as (

    select * from {{ ref('stg_crm__contracts') }}

),

group_companies as (

    select * from {{ ref('group_companies') }}

),

told as (

    select
        identifiers.contract_id,
        identifiers.identifier_kind,
        identifiers.identifier,
        identifiers.source_row
    from identifiers
    inner join repeated
        on
            identifiers.identifier_kind = repeated.identifier_kind
            and identifiers.identifier = repeated.identifier
    union all
    select
        payers.contract_id,
        repeated.identifier_kind,
        repeated.identifier,
        payers.source_row
    from payers
    inner join repeated
        on payers.account = repeated.identifier and repeated.identifier_kind = 'account'

),

final as (

    select
        judged.customer_id,
        told.identifier_kind,
        told.identifier,
        told.source_row
    from told
    inner join judged on told.contract_id = judged.contract_id
    inner join crm_contracts on told.contract_id = crm_contracts.contract_id
    anti join group_companies
        on crm_contracts.corporate_number = group_companies.corporate_number
    where judged.customer_id is not null
    group by judged.customer_id, told.identifier_kind, told.identifier, told.source_row

)

select * from final
