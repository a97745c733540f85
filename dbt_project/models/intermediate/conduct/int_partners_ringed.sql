-- One row per partner: how many partner trees and customers hang together with it by ties that it
-- or a rep of its own shares (名寄せキーの連なり); 0 when nothing of it is shared. Where more than
-- `ring_most_parties` hang together the identifiers tell nobody apart: if one in 700 honest
-- customers stands under a rep's number, two partners meet by chance in one of 400 rings of 50, but
-- in two of five of 1,000.
with partners as (

    select * from {{ ref('stg_crm__partners') }}

),

ringed as (

    select * from {{ ref('int_parties_ringed') }}

),

rings as (

    select * from {{ ref('int_rings_counted') }}

),

own_identifiers as (

    select * from {{ ref('int_partner_own_identifiers') }}
    where is_in_crm and identifier_kind in ('corporate_number', 'phone', 'email', 'account')

),

customers as (

    select * from {{ ref('int_customers_marked') }}
    where
        coalesce(
            lead_corporate_number_mark, corporate_number_mark, lead_phone_mark, phone_mark,
            lead_email_mark, email_mark, account_mark
        ) is not null

),

judged as (

    select * from {{ ref('int_contracts_judged') }}

),

identified as (

    select partner_id
    from own_identifiers
    group by partner_id

),

sold as (

    select partner_id
    from judged
    group by partner_id

),

told as (

    select partner_id
    from customers
    group by partner_id

),

looked_at as (

    select
        partners.partner_id,
        case
            when rings.party_count > {{ var('ring_most_parties') }} then 'telling_identifier'
            when rings.ring_id is not null then null
            when identified.partner_id is null then 'identifier'
            when sold.partner_id is not null and told.partner_id is null
                then 'customer_identifier'
        end as missing_input,
        coalesce(rings.partner_count, 0) as ring_partner_count,
        coalesce(rings.party_count - rings.partner_count, 0) as ring_customer_count,
        rings.source_rows
    from partners
    left join ringed on 'partner:' || partners.partner_id = ringed.party
    left join rings on ringed.ring_id = rings.ring_id
    left join identified on partners.partner_id = identified.partner_id
    left join sold on partners.partner_id = sold.partner_id
    left join told on partners.partner_id = told.partner_id

),

final as (

    select
        partner_id,
        case when missing_input is null then ring_partner_count end as ring_partner_count,
        case when missing_input is null then ring_customer_count end as ring_customer_count,
        case when missing_input is null then source_rows end as source_rows,
        missing_input
    from looked_at

)

select * from final
