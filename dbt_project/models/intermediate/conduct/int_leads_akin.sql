-- One row per partner lead whose contacts may be like those of another lead of the partner: its
-- mail domain, its address or the ten numbers around its own come again (似うる連絡先). It only
-- narrows down, so that contacts are read and compared for few leads: two of one hash do no harm.
with stated as (

    select * from {{ ref('int_leads_stated') }}

),

-- Of two numbers in a row either the tens or the tens shifted by five are the same.
keyed as materialized (

    select
        lead_id,
        case
            when email_is_valid then hash(partner_id, 'mail', split_part(email, '@', 2))
        end as mail,
        case
            when address_hash is not null and regexp_matches(address, '[0-9]')
                then hash(partner_id, 'address', address_hash)
        end as address,
        case
            when regexp_full_match(phone, '[+][0-9]{9,15}')
                then hash(partner_id, 'tens', cast(substr(phone, 2) as bigint) // 10)
        end as tens,
        case
            when regexp_full_match(phone, '[+][0-9]{9,15}')
                then hash(partner_id, 'fives', (cast(substr(phone, 2) as bigint) + 5) // 10)
        end as fives
    from stated

),

marked as (

    select
        lead_id,
        unnest([mail, address, tens, fives]) as mark
    from keyed

),

repeated as (

    select mark
    from marked
    where mark is not null
    group by mark
    having count(*) > 1

),

final as (

    select marked.lead_id
    from marked
    semi join repeated on marked.mark = repeated.mark
    group by marked.lead_id

)

select * from final
