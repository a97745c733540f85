-- One row per partner lead × kind of contact that another lead of the partner has
-- alike: the first lead of them stands for all of them (group_id), so that no contact is kept.
-- email: the same letters at one domain, whatever digits, signs and tag; mailbox: the same free
-- mail; phone: a run of numbers without a gap; address: the same. `told` tells the contacts of one
-- group apart. An address where others' customers sit, too, is an office building and no group.
with stated as (

    select * from {{ ref('int_leads_stated') }}

),

leads as (

    select * from {{ ref('int_leads_united') }}
    where address_hash is not null

),

roots as (

    select * from {{ ref('int_partner_roots_found') }}

),

buildings as (

    select
        leads.prefecture,
        leads.address_hash
    from leads
    left join roots on leads.partner_id = roots.partner_id
    group by leads.prefecture, leads.address_hash
    having
        min(coalesce(roots.root_id, leads.partner_id, ''))
        <> max(coalesce(roots.root_id, leads.partner_id, ''))

),

mails as (

    select
        lead_id,
        partner_id,
        email_domain is null as is_free_mail,
        split_part(email, '@', 1) as local_part,
        split_part(email, '@', 2) as mail_domain,
        regexp_replace(regexp_replace(email, '[+].*$|@.*$', ''), '[^a-z]', '', 'g') as letters
    from stated
    where email_is_valid

),

numbers as (

    select
        lead_id,
        partner_id,
        phone,
        cast(substr(phone, 2) as bigint)
        - dense_rank() over (partition by partner_id order by cast(substr(phone, 2) as bigint))
            as run_start
    from stated
    where regexp_full_match(phone, '[+][0-9]{9,15}')

),

contacts as (

    select
        lead_id,
        partner_id,
        'email' as contact_kind,
        letters || '@' || mail_domain as contact,
        local_part as told
    from mails
    where length(letters) >= 3
    union all
    select
        lead_id,
        partner_id,
        'mailbox' as contact_kind,
        local_part || '@' || mail_domain as contact,
        lead_id as told
    from mails
    where is_free_mail
    union all
    select
        lead_id,
        partner_id,
        'phone' as contact_kind,
        cast(run_start as varchar) as contact,
        phone as told
    from numbers
    union all
    select
        stated.lead_id,
        stated.partner_id,
        'address' as contact_kind,
        concat_ws('/', stated.prefecture, stated.address_hash) as contact,
        stated.lead_id as told
    from stated
    anti join buildings
        on
            stated.address_hash = buildings.address_hash
            and stated.prefecture is not distinct from buildings.prefecture
    where stated.address_hash is not null and regexp_matches(stated.address, '[0-9]')

),

shared as (

    select
        partner_id,
        contact_kind,
        contact,
        min(lead_id) as group_id
    from contacts
    group by partner_id, contact_kind, contact
    having min(told) <> max(told)

),

final as (

    select
        stated.lead_id,
        stated.partner_id,
        stated.registered_on,
        stated.source_row,
        contacts.contact_kind,
        shared.group_id,
        dense_rank() over (
            partition by contacts.contact_kind, shared.group_id
            order by contacts.told
        ) as told,
        coalesce(stated.company_name_hash, stated.customer_id) as company,
        coalesce(stated.customer_id, stated.company_name_hash) as customer
    from contacts
    inner join shared
        on
            contacts.partner_id = shared.partner_id
            and contacts.contact_kind = shared.contact_kind
            and contacts.contact = shared.contact
    inner join stated on contacts.lead_id = stated.lead_id
    where coalesce(stated.company_name_hash, stated.customer_id) is not null

)

select * from final
