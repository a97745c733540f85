-- One row per partner lead × kind of contact that another lead of the partner has
-- alike: the first lead of them stands for all of them (group_id), so that no contact is kept.
-- `told` tells the contacts of one group apart.
with checked as (

    select * from {{ ref('int_leads_checked') }}

),

contacts as (

    select * from {{ ref('int_contacts_stated') }}

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
        checked.lead_id,
        checked.partner_id,
        checked.registered_on,
        checked.source_row,
        contacts.contact_kind,
        shared.group_id,
        dense_rank() over (
            partition by contacts.contact_kind, shared.group_id
            order by contacts.told
        ) as told,
        coalesce(checked.company_name_hash, checked.customer_id) as company,
        coalesce(checked.customer_id, checked.company_name_hash) as customer
    from contacts
    inner join shared
        on
            contacts.partner_id = shared.partner_id
            and contacts.contact_kind = shared.contact_kind
            and contacts.contact = shared.contact
    inner join checked on contacts.lead_id = checked.lead_id
    where coalesce(checked.company_name_hash, checked.customer_id) is not null

)

select * from final
