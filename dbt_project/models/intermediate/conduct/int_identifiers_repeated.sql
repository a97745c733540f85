-- One row per identifier that more than one contract or partner carries (複数の当事者に現れる名寄せキー): a
-- corporate number, telephone, e-mail or account. An address may be an office building's and a mail
-- domain anybody's; an account that pays for direct customers, too, is an agent's.
with customers as (

    select * from {{ ref('int_customer_identifiers') }}
    where identifier_kind in ('corporate_number', 'phone', 'email')

),

payers as (

    select * from {{ ref('int_payers_told') }}
    where not is_of_agent

),

partners as (

    select * from {{ ref('int_partner_own_identifiers') }}
    where identifier_kind in ('corporate_number', 'phone', 'email', 'account')

),

carried as (

    select
        identifier_kind,
        identifier,
        contract_id as carrier
    from customers
    union all
    select
        'account' as identifier_kind,
        account as identifier,
        contract_id as carrier
    from payers
    union all
    select
        identifier_kind,
        identifier,
        partner_id as carrier
    from partners

),

final as (

    select
        identifier_kind,
        identifier
    from carried
    group by identifier_kind, identifier
    having min(carrier) < max(carrier)

)

select * from final
