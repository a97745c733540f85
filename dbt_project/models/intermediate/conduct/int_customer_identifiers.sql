-- One row per judged contract × identifier of its customer, from the contract and from its lead.
with judged as (

    select * from {{ ref('int_contracts_judged') }}

),

contracts as (

    select * from {{ ref('int_contracts_united') }}

),

leads as (

    select * from {{ ref('int_leads_united') }}

),

contract_identifiers as (

    {{ identifier_rows('contracts', ['contract_id'], {
        'corporate_number': 'corporate_number_hash',
        'phone': 'phone_hash',
        'email': 'email_hash',
        'address': 'address_hash',
        'email_domain': 'email_domain',
        'account': 'payer_account_hash',
    }) }}

),

lead_identifiers as (

    {{ identifier_rows('leads', ['lead_id'], {
        'corporate_number': 'corporate_number_hash',
        'phone': 'phone_hash',
        'email': 'email_hash',
        'address': 'address_hash',
        'email_domain': 'email_domain',
    }) }}

),

final as (

    select
        judged.contract_id,
        judged.partner_id,
        contract_identifiers.identifier_kind,
        contract_identifiers.identifier,
        contract_identifiers.source_row
    from judged
    inner join contract_identifiers on judged.contract_id = contract_identifiers.contract_id
    union all
    select
        judged.contract_id,
        judged.partner_id,
        lead_identifiers.identifier_kind,
        lead_identifiers.identifier,
        lead_identifiers.source_row
    from judged
    inner join lead_identifiers on judged.lead_id = lead_identifiers.lead_id

)

select * from final
