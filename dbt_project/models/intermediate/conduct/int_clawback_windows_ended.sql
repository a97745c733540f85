-- One row per partner contract with a clawback (戻入) in its seller's terms: the first day on which a
-- cancellation takes nothing back, by the longest of these terms.
with prices as (

    select * from {{ ref('int_commission_prices') }}

),

terms as (

    select * from {{ ref('int_commission_terms_prepared') }}
    where
        not is_draft
        and role = 'seller'
        and term_kind = 'one_off'
        and clawback_method <> 'none'
        and clawback_months > 0

),

final as (

    select
        prices.contract_id,
        max({{ add_months('prices.months_start_on', 'terms.clawback_months') }}) as ends_on
    from prices
    inner join terms on prices.term_id = terms.term_id
    where prices.stage in ('agreement', 'contract', 'onboarding')
    group by prices.contract_id

)

select * from final
