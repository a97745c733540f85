-- One row per partner lead × kind of contact that may have its like (比較できる連絡先). Contacts with one
-- `contact` are alike, `told` tells them apart. email: the same letters at one domain, whatever
-- digits, signs and tag; mailbox: the same free mail; phone: a run of numbers without a gap;
-- address: the same. An address where others' customers sit, too, is an office building.
{{ config(materialized='view') }}

with akin as (

    select * from {{ ref('int_leads_akin') }}

),

stated as (

    select stated.*
    from {{ ref('int_leads_stated') }} as stated
    semi join akin on stated.lead_id = akin.lead_id

),

leads as (

    select leads.*
    from {{ ref('int_leads_united') }} as leads
    semi join stated on leads.address_hash = stated.address_hash

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

)

select * from contacts
