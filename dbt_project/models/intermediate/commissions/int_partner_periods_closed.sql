-- One row per partner with a posting, tonight's included × period that a close has frozen for it
-- (締め済み期間).
with differences as (

    select * from {{ ref('int_posting_differences') }}

),

postings as (

    select * from {{ ref('stg_ledger__postings_before') }}

),

closes as (

    select * from {{ ref('stg_ledger__closes') }}

),

partners as (

    select partner_id from differences
    union
    select partner_id from postings

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
