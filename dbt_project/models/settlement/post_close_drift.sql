-- One row per contract × money-bearing field × night that changed it after a period of the contract
-- was closed (締め後の変更), with what that night posted forward for it.
with changed as (

    select * from {{ ref('int_contract_fields_changed') }}

),

posted as (

    select * from {{ ref('int_contract_drifts_posted') }}

),

effects as (

    select
        contract_id,
        known_at,
        cast(sum(effect_yen) as bigint) as effect_yen
    from posted
    group by contract_id, known_at

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
        changed.new_value,
        changed.known_at as changed_at,
        {{ business_day('changed.known_at') }} as changed_on,
        coalesce(effects.effect_yen, 0) as effect_yen
    from changed
    left join effects
        on changed.contract_id = effects.contract_id and changed.known_at = effects.known_at

)

select * from final
