-- One row per lead of a partner (リードの外形): when it was submitted, by Tokyo's clock, and what is
-- wrong with its contacts, which themselves are not stored again. NULL where nothing can be judged:
-- an extension, a second number and words in the cell are people's habits and no invented contact.
with stated as (

    select * from {{ ref('int_leads_stated') }}

),

throwaway as (

    select * from {{ ref('throwaway_domains') }}

),

read_off as (

    select
        *,
        length(email) - length(replace(email, '@', '')) = 1 as is_one_address,
        length(regexp_replace(phone, '[^0-9]', '', 'g')) between 1 and 11
        and not regexp_matches(phone, '[^0-9+() .\-]')
            as is_one_number,
        starts_with(phone, '+') as is_international
    from stated

),

final as (

    select
        read_off.lead_id,
        read_off.partner_id,
        read_off.rep_id,
        read_off.customer_id,
        read_off.product_id,
        read_off.registered_on,
        read_off.submitted_at,
        read_off.company_name_hash,
        read_off.source_row,
        case
            when read_off.phone_is_valid then false
            when read_off.is_one_number or read_off.is_international
                then not read_off.phone_is_valid
        end as is_phone_bad,
        case
            when read_off.email_is_valid
                then throwaway.email_domain is not null or throwaway_parent.email_domain is not null
            when read_off.is_one_address then not read_off.email_is_valid
        end as is_email_bad,
        coalesce(
            read_off.email_is_valid
            or regexp_full_match(read_off.phone, '[+][0-9]{9,15}')
            or regexp_matches(read_off.address, '[0-9]'),
            false
        ) as has_comparable_contact
    from read_off
    left join throwaway on read_off.email_domain = throwaway.email_domain
    left join throwaway as throwaway_parent
        on
            regexp_replace(read_off.email_domain, '^[^.]+\.', '') = throwaway_parent.email_domain

)

select * from final
