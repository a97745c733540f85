-- One row per partner with something to post × period that a close has frozen for it (締め済み).
with differences as (

    select * from {{ ref('int_posting_differences') }}

),

closes as (

    select * from {{ ref('stg_ledger__closes') }}

),

partners as (

    select partner_id
    from differences
    group by partner_id

),

final as (

    select
        partners.partner_id,
        closes.period
    from partners
    inner join closes on partners.partner_id = coalesce(closes.partner_id, partners.partner_id)
    group by partners.partner_id, closes.period

)

select * from final
