-- One row per identifier of a judged contract's customer, from the contract and from its lead, of
-- the contracts that may share one with another contract or with a partner's side.
with judged as (

    select judged.*
    from {{ ref('int_contracts_judged') }} as judged
    semi join {{ ref('int_customers_akin') }} as akin on judged.contract_id = akin.contract_id

),

contracts as (

    select * from {{ ref('int_contracts_united') }}

),

leads as (

    select * from {{ ref('int_leads_united') }}

),

of_contracts as (

    select
        judged.contract_id,
        judged.partner_id,
        contracts.corporate_number_hash,
        contracts.phone_hash,
        contracts.email_hash,
        contracts.address_hash,
        contracts.email_domain,
        contracts.payer_account_hash,
        contracts.file_sha256,
        contracts.row_number
    from judged
    inner join contracts on judged.contract_id = contracts.contract_id

),

of_leads as (

    select
        judged.contract_id,
        judged.partner_id,
        leads.corporate_number_hash,
        leads.phone_hash,
        leads.email_hash,
        leads.address_hash,
        leads.email_domain,
        leads.file_sha256,
        leads.row_number
    from judged
    inner join leads on judged.lead_id = leads.lead_id

),

final as (

    {{ identifier_rows('of_contracts', ['contract_id', 'partner_id'], customer_identifiers()) }}
    union all
    {{ identifier_rows('of_leads', ['contract_id', 'partner_id'], {
        'corporate_number': 'corporate_number_hash',
        'phone': 'phone_hash',
        'email': 'email_hash',
        'address': 'address_hash',
        'email_domain': 'email_domain',
    }) }}

)

select * from final
