-- One row per contract × night that changed it after a close × partner: the yen of closed periods
-- that the change moved (締め後の変更の影響額). A change is posted in the night that brings it, and
-- forward; what was cancelled, forfeited or told late in that night is no effect of it.
with changed as (

    select * from {{ ref('int_contract_fields_changed') }}

),

posted as (

    select
        contract_id,
        partner_id,
        earn_period,
        post_period,
        reason_code,
        known_at,
        amount_yen
    from {{ ref('stg_ledger__postings_before') }}
    union all
    select
        contract_id,
        partner_id,
        earn_period,
        post_period,
        reason_code,
        known_at,
        amount_yen
    from {{ ref('postings_due') }}

),

change_nights as (

    select
        contract_id,
        known_at
    from changed
    group by contract_id, known_at

),

final as (

    select
        posted.contract_id,
        posted.known_at,
        posted.partner_id,
        cast(sum(posted.amount_yen) as bigint) as effect_yen
    from posted
    inner join change_nights
        on
            posted.contract_id = change_nights.contract_id
            and posted.known_at = change_nights.known_at
    where
        posted.post_period > posted.earn_period
        and posted.reason_code in ('corrected', 'repriced', 'reattributed')
    group by posted.contract_id, posted.known_at, posted.partner_id
    having sum(posted.amount_yen) <> 0

)

select * from final
