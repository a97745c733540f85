-- One row per lead of a partner (リードの外形): when it was submitted, by Tokyo's clock (the partner's
-- own time before the CRM's), and what is wrong with its contacts, which themselves are not stored
-- again. NULL where nothing can be judged: an extension, a second number and words in the cell are
-- people's habits and no invented contact.
with stated as (

    select * from {{ ref('int_leads_stated') }}

),

clocked as (

    select * from {{ ref('int_leads_clocked') }}

),

throwaway as (

    select * from {{ ref('throwaway_domains') }}

),

-- Patterns stand behind what makes them needless: a case reads no further for those rows.
final as (

    select
        stated.lead_id,
        stated.partner_id,
        stated.rep_id,
        stated.customer_id,
        stated.product_id,
        stated.registered_on,
        coalesce(clocked.submitted_at, stated.registered_at) as submitted_at,
        stated.company_name_hash,
        stated.source_row,
        case
            when stated.phone_is_valid then false
            when
                starts_with(stated.phone, '+')
                or (
                    length(regexp_replace(stated.phone, '[^0-9]', '', 'g')) between 1 and 11
                    and not regexp_matches(stated.phone, '[^0-9+() .\-]')
                )
                then not stated.phone_is_valid
        end as is_phone_bad,
        case
            when stated.email_is_valid
                then throwaway.email_domain is not null or throwaway_parent.email_domain is not null
            when length(stated.email) - length(replace(stated.email, '@', '')) = 1
                then not stated.email_is_valid
        end as is_email_bad,
        case
            when stated.email_is_valid then true
            when regexp_full_match(stated.phone, '[+][0-9]{9,15}') then true
            else coalesce(regexp_matches(stated.address, '[0-9]'), false)
        end as has_comparable_contact
    from stated
    left join clocked on stated.lead_id = clocked.lead_id
    left join throwaway on stated.email_domain = throwaway.email_domain
    left join throwaway as throwaway_parent
        on
            substr(stated.email_domain, strpos(stated.email_domain, '.') + 1)
            = throwaway_parent.email_domain

)

select * from final
