-- One row per partner × product: leads whose phone or e-mail cannot exist or is disposable
-- (無効な連絡先), out of those that state a phone or an e-mail that can be judged.
-- An extension, a second number and words in the cell are people's habits and no invented contact.
with stated as (

    select * from {{ ref('int_leads_stated') }}

),

throwaway as (

    select * from {{ ref('throwaway_domains') }}

),

read_off as (

    select
        partner_id,
        product_id,
        registered_on,
        source_row,
        email_is_valid,
        phone_is_valid,
        email_domain,
        length(email) - length(replace(email, '@', '')) = 1 as is_one_address,
        length(regexp_replace(phone, '[^0-9]', '', 'g')) between 1 and 11
        and not regexp_matches(phone, '[^0-9+() .\-]')
            as is_one_number,
        starts_with(phone, '+') as is_international
    from stated

),

judged as (

    select
        read_off.partner_id,
        coalesce(read_off.product_id, '') as product_id,
        read_off.registered_on,
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
        end as is_email_bad
    from read_off
    left join throwaway on read_off.email_domain = throwaway.email_domain
    left join throwaway as throwaway_parent
        on
            regexp_replace(read_off.email_domain, '^[^.]+\.', '') = throwaway_parent.email_domain

),

known as (

    select
        partner_id,
        product_id,
        registered_on,
        source_row,
        coalesce(is_phone_bad, false) or coalesce(is_email_bad, false) as is_bad
    from judged
    where coalesce(is_phone_bad, is_email_bad) is not null

),

final as (

    select
        partner_id,
        product_id,
        count(*) filter (where is_bad) as hits,
        count(*) as size,
        {{ latest_rows('is_bad', 'registered_on') }} as source_rows
    from known
    group by partner_id, product_id

)

select * from final
