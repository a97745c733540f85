-- One row per contract × money-bearing field × night that changed it after a period of the contract
-- was closed (締め後の変更), with what followed in the ledger.
with fields as (

    select * from {{ ref('int_contract_fields_told') }}

),

postings as (

    select * from {{ ref('fct_commission_ledger') }}
    where contract_id is not null and post_period > earn_period

),

compared as (

    select
        *,
        lag(field_value) over field_nights as old_value,
        row_number() over field_nights as place
    from fields
    window field_nights as (partition by contract_id, field order by known_at)

),

-- A field that is empty at first and filled later has changed like any other.
changed as (

    select *
    from compared
    where place > 1 and known_at > closed_at and old_value is distinct from field_value

),

change_nights as (

    select
        contract_id,
        known_at,
        lead(known_at) over (partition by contract_id order by known_at) as next_known_at
    from changed
    group by contract_id, known_at

),

effects as (

    select
        change_nights.contract_id,
        change_nights.known_at,
        cast(sum(postings.amount_yen) as bigint) as effect_yen
    from change_nights
    inner join postings
        on
            change_nights.contract_id = postings.contract_id
            and change_nights.known_at <= postings.known_at
            and coalesce(change_nights.next_known_at > postings.known_at, true)
    group by change_nights.contract_id, change_nights.known_at

),

final as (

    select
        concat_ws('|', changed.contract_id, changed.field, cast(changed.known_at as varchar))
            as drift_id,
        changed.contract_id,
        changed.closed_partner_id as partner_id,
        changed.closed_period,
        changed.closed_at,
        changed.field,
        changed.old_value,
        changed.field_value as new_value,
        changed.known_at as changed_at,
        {{ business_day('changed.known_at') }} as changed_on,
        coalesce(effects.effect_yen, 0) as effect_yen
    from changed
    left join effects
        on changed.contract_id = effects.contract_id and changed.known_at = effects.known_at

)

select * from final
