-- One row per partner with frozen statements whose negative balance (繰越残高) no later statement has
-- taken up, and the period of the draft that takes it up: the first after its last close. Its
-- penalties (carried_exempt_yen) lie outside the consumption tax; the rest does not.
with statements as (

    select * from {{ ref('stg_ledger__statements') }}

),

closed as (

    select * from {{ ref('int_partner_periods_closed') }}

),

-- What was frozen before carried penalties were told apart carries none.
carried as (

    select
        *,
        coalesce({{ carried_out_exempt('net_yen', 'penalty_yen', 'carried_in_exempt_yen') }}, 0)
            as carried_out_exempt_yen
    from statements

),

balances as (

    select
        partner_id,
        cast(sum(carried_out_yen - carried_in_yen) as bigint) as carried_yen,
        cast(sum(carried_out_exempt_yen - coalesce(carried_in_exempt_yen, 0)) as bigint)
            as carried_exempt_yen
    from carried
    group by partner_id

),

next_periods as (

    select
        partner_id,
        {{ period_after('max(period)', 1) }} as period
    from closed
    group by partner_id

),

final as (

    select
        balances.partner_id,
        next_periods.period,
        balances.carried_yen,
        balances.carried_exempt_yen
    from balances
    inner join next_periods on balances.partner_id = next_periods.partner_id
    where balances.carried_yen <> 0 or balances.carried_exempt_yen <> 0

)

select * from final
