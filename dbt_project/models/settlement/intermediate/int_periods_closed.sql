-- One row per partner of the ledger × closing period that is closed for it (締め済み期間).
with postings as (

    select * from {{ ref('fct_commission_ledger') }}

),

closes as (

    select * from {{ ref('stg_ledger__closes') }}

),

partners as (

    select partner_id from postings
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
