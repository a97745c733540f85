-- One row per contract with known prices: what its seller's terms pay for agreement and contract,
-- before any cancellation, a recurring term for at most twelve months (初年度報酬).
with prices as (

    select * from {{ ref('int_commission_prices') }}

),

terms as (

    select * from {{ ref('int_commission_terms_prepared') }}
    where not is_draft and role = 'seller'

),

final as (

    select
        prices.contract_id,
        cast(
            sum(prices.gross_yen * least(12, coalesce(terms.recurring_months, 1))) as bigint
        ) as commission_yen
    from prices
    inner join terms on prices.term_id = terms.term_id
    where
        prices.stage in ('agreement', 'contract')
        and prices.contract_id is not null
        and prices.gross_yen is not null
    group by prices.contract_id

)

select * from final
