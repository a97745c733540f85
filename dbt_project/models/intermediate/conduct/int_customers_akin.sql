-- One row per judged contract whose customer may share an identifier: a corporate number, telephone
-- or e-mail with another contract, any identifier with a partner's side (重なりうる名寄せキー). So
-- identifiers are listed and compared for few contracts.
with marked as (

    select * from {{ ref('int_customers_marked') }}

),

own_identifiers as (

    select * from {{ ref('int_partner_own_identifiers') }}

),

telling as (

    select
        contract_id,
        unnest([
            lead_corporate_number_mark, corporate_number_mark, lead_phone_mark, phone_mark,
            lead_email_mark, email_mark
        ]) as mark
    from marked

),

others as (

    select
        contract_id,
        unnest([
            lead_address_mark, address_mark, lead_email_domain_mark, email_domain_mark, account_mark
        ]) as mark
    from marked

),

repeated as (

    select mark
    from telling
    where mark is not null
    group by mark
    having min(hash(contract_id)) < max(hash(contract_id))

),

of_partners as (

    select hash(identifier_kind, identifier) as mark
    from own_identifiers
    group by identifier_kind, identifier

),

akin as (

    select telling.contract_id
    from telling
    semi join repeated on telling.mark = repeated.mark
    union all
    select telling.contract_id
    from telling
    semi join of_partners on telling.mark = of_partners.mark
    union all
    select others.contract_id
    from others
    semi join of_partners on others.mark = of_partners.mark

),

final as (

    select contract_id
    from akin
    group by contract_id

)

select * from final
