-- One row per contract whose field cancelled_on says what a cancellation event says too: no
-- reinstatement lies between their days. Of a contract that the CRM has only the CRM's events
-- count: a partner's claim must not replace its field.
with night as (

    select * from {{ ref('stg_run__night') }}

),

contracts as (

    select * from {{ ref('int_contracts_united') }}
    where cancelled_on is not null

),

events as (

    select
        contracts.contract_id,
        events.event_id,
        events.stage,
        events.occurred_on,
        contracts.cancelled_on
    from {{ ref('int_contract_events_united') }} as events
    inner join contracts
        on events.contract_id = contracts.contract_id and events.is_in_crm = contracts.is_in_crm
    inner join night
        on events.occurred_on <= night.business_day

),

final as (

    -- distinct: several events may tell of one cancellation.
    select distinct cancellations.contract_id
    from events as cancellations
    left join events as reinstatements
        on
            cancellations.contract_id = reinstatements.contract_id
            and reinstatements.stage = 'reinstatement'
            -- One on the day of a cancellation undoes it: the next stretch starts the day after.
            and reinstatements.occurred_on
            >= least(cancellations.cancelled_on, cancellations.occurred_on)
            and reinstatements.occurred_on
            < greatest(cancellations.cancelled_on, cancellations.occurred_on)
    where cancellations.stage = 'cancellation' and reinstatements.event_id is null

)

select * from final
