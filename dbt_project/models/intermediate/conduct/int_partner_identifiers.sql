-- One row per partner × identifier of itself, its sub-agents and all their reps (名寄せキー).
with partners as (

    select * from {{ ref('stg_crm__partners') }}

),

reps as (

    select * from {{ ref('int_partner_reps_united') }}

),

ancestors as (

    select * from {{ ref('int_partner_ancestors_found') }}

),

own_identifiers as (

    {{ identifier_rows('partners', ['partner_id'], {
        'corporate_number': 'corporate_number_hash',
        'phone': 'phone_hash',
        'email': 'email_hash',
        'address': 'address_hash',
        'email_domain': 'email_domain',
        'account': 'bank_account_hash',
    }) }}
    union all
    {{ identifier_rows('reps', ['partner_id'], {
        'phone': 'phone_hash',
        'email': 'email_hash',
        'email_domain': 'email_domain',
    }) }}

),

final as (

    select
        ancestors.ancestor_id as partner_id,
        own_identifiers.identifier_kind,
        own_identifiers.identifier,
        min(own_identifiers.source_row) as source_row
    from own_identifiers
    inner join ancestors on own_identifiers.partner_id = ancestors.partner_id
    group by
        ancestors.ancestor_id,
        own_identifiers.identifier_kind,
        own_identifiers.identifier

)

select * from final
