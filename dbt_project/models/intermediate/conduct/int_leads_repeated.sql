-- One row per partner lead that repeats another or cannot be compared: how many leads of the same
-- customer and product the same or a related partner had registered in the 180 days before it
-- (再登録), rejected or still live. One that was rejected for something to be corrected was asked to
-- come again. Any other lead repeats none.
with leads as (

    select * from {{ ref('int_leads_united') }}
    where channel = 'partner' and partner_id is not null

),

rooted as (

    select * from {{ ref('int_leads_rooted') }}

),

correctable as (

    select {{ plain_words('reject_reason') }} as reject_reason
    from {{ ref('correctable_reasons') }}

),

earlier as (

    select rooted.*
    from rooted
    anti join correctable
        on
            not rooted.is_accepted
            and {{ plain_words('rooted.reject_reason') }} = correctable.reject_reason

),

repeated as (

    select
        rooted.lead_id,
        count(*) as repeated_count,
        {{ join_sorted('earlier.source_row') }} as earlier_rows
    from rooted
    inner join earlier
        on
            rooted.customer_id = earlier.customer_id
            and rooted.product_id = earlier.product_id
            and rooted.root_id = earlier.root_id
            and (rooted.registered_at, rooted.lead_id) > (earlier.registered_at, earlier.lead_id)
    where
        -- What the CRM has later than a partner's file may be that very lead.
        (earlier.is_in_crm or not rooted.is_in_crm)
        and coalesce(earlier.lost_at > rooted.registered_at, true)
        and rooted.registered_on <= {{ add_days('earlier.registered_on', 180) }}
    group by rooted.lead_id

),

final as (

    select
        leads.lead_id,
        case
            when leads.customer_id is not null and leads.product_id is not null
                then cast(coalesce(repeated.repeated_count, 0) as bigint)
        end as repeated_lead_count,
        {{ file_row('leads') }} || ';' || repeated.earlier_rows as source_rows,
        {{ missing_of({'customer': 'leads.customer_id', 'product': 'leads.product_id'}) }}
            as missing_input
    from leads
    left join repeated on leads.lead_id = repeated.lead_id
    where
        repeated.lead_id is not null or leads.customer_id is null or leads.product_id is null

)

select * from final
