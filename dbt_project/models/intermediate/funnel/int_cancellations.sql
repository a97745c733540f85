-- One row per contract with a cancellation in force (有効な解約): the earliest cancelled_on field or
-- cancellation event after the last reinstatement, of what the CRM confirms up to the business day.
with night as (

    select * from {{ ref('stg_run__night') }}

),

contracts as (

    select * from {{ ref('int_contracts_united') }}
    where is_in_crm

),

events as (

    select * from {{ ref('int_contract_events_united') }}
    where is_in_crm and stage in ('cancellation', 'reinstatement')

),

dated as (

    select
        contract_id,
        'cancellation' as stage,
        cancelled_on as occurred_on
    from contracts
    where cancelled_on is not null
    union all
    select
        events.contract_id,
        events.stage,
        events.occurred_on
    from events
    inner join contracts
        on events.contract_id = contracts.contract_id

),

happened as (

    select dated.*
    from dated
    inner join night
        on dated.occurred_on <= night.business_day

),

reinstated as (

    select
        contract_id,
        max(occurred_on) as reinstated_on
    from happened
    where stage = 'reinstatement'
    group by contract_id

),

final as (

    select
        happened.contract_id,
        min(happened.occurred_on) as cancelled_on
    from happened
    left join reinstated
        on happened.contract_id = reinstated.contract_id
    where
        happened.stage = 'cancellation'
        and (
            reinstated.reinstated_on is null
            or happened.occurred_on > reinstated.reinstated_on
        )
    group by happened.contract_id

)

select * from final
