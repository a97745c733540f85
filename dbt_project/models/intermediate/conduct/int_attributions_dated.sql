-- One row per judged contract: whether its deal belonged to nobody or somebody else before
-- (担当の付替え), how long before the sale the selling partner stood on it, and how old the deal was.
with judged as (

    select * from {{ ref('int_contracts_judged') }}

),

leads as (

    select * from {{ ref('int_leads_united') }}

),

since as (

    select * from {{ ref('int_attributions_since') }}

),

-- A deal without a lead is its contract, and begins when that was agreed.
deals as (

    select
        judged.contract_id,
        judged.contracted_on,
        judged.source_row,
        case
            when judged.lead_id is null then coalesce(judged.agreed_on, judged.contracted_on)
            else leads.registered_on
        end as began_on
    from judged
    left join leads on judged.lead_id = leads.lead_id

),

-- A history that begins after the deal did cannot tell whose it was before.
dated as (

    select
        deals.*,
        since.seller_since_on,
        since.handover_rows,
        case
            when deals.contracted_on is null then false
            when since.handover_rows is not null then true
            when since.seller_since_on - deals.began_on <= 1 then false
        end as has_earlier_attribution
    from deals
    left join since on deals.contract_id = since.contract_id

),

final as (

    select
        contract_id,
        has_earlier_attribution,
        cast(contracted_on - began_on as bigint) as deal_age_days_at_sale,
        cast(contracted_on - seller_since_on as bigint) as attributed_days_at_sale,
        case when has_earlier_attribution then source_row || ';' || handover_rows end
            as source_rows,
        case
            when contracted_on is not null and began_on is null then 'lead'
            when has_earlier_attribution is null then 'history'
        end as missing_input
    from dated

)

select * from final
