-- One row per partner × product: leads whose phone or e-mail cannot exist or is disposable
-- (無効な連絡先), out of those that state a phone or an e-mail that can be judged.
with checked as (

    select * from {{ ref('int_leads_checked') }}

),

known as (

    select
        partner_id,
        coalesce(product_id, '') as product_id,
        registered_on,
        source_row,
        coalesce(is_phone_bad, false) or coalesce(is_email_bad, false) as is_bad
    from checked
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
