-- One row per stage of a contract that its own row or an event dates: agreement, contract, what
-- came after, and a cancellation that only the contract's field tells.
with night as (

    select * from {{ ref('stg_run__night') }}

),

contracts as (

    select * from {{ ref('int_contracts_united') }}

),

-- What is dated after the business day must not stand for what has happened.
events as (

    select events.*
    from {{ ref('int_contract_events_united') }} as events
    inner join night
        on events.occurred_on <= night.business_day
    where events.stage <> 'first_use'

),

told_by_events as (

    select * from {{ ref('int_cancellations_told') }}

),

from_fields as (

    select
        contract_id,
        'agreement' as stage,
        agreed_on as occurred_on
    from contracts
    where agreed_on is not null
    union all
    select
        contract_id,
        'contract' as stage,
        contracted_on as occurred_on
    from contracts
    where contracted_on is not null
    union all
    select
        contracts.contract_id,
        'cancellation' as stage,
        contracts.cancelled_on as occurred_on
    from contracts
    anti join told_by_events
        on contracts.contract_id = told_by_events.contract_id
    where contracts.cancelled_on is not null

),

field_stages as (

    select
        from_fields.contract_id,
        from_fields.stage,
        from_fields.occurred_on,
        cast(null as string) as event_id,
        case
            when from_fields.stage = 'contract' then coalesce(contracts.initial_yen, 0)
            else 0
        end as amount_yen,
        contracts.monthly_yen,
        contracts.term_months,
        contracts.product_id,
        contracts.door,
        contracts.is_in_crm,
        contracts.known_at,
        contracts.file_sha256,
        contracts.row_number
    from from_fields
    inner join contracts
        on from_fields.contract_id = contracts.contract_id

),

-- Onboarding and customer success count once per contract, the earliest from either door; of one
-- day the CRM's row.
event_stages as (

    select
        contract_id,
        stage,
        occurred_on,
        event_id,
        coalesce(amount_yen, 0) as amount_yen,
        monthly_yen,
        term_months,
        product_id,
        door,
        is_in_crm,
        known_at,
        file_sha256,
        row_number
    from events
    qualify
        stage not in ('onboarding', 'customer_success')
        or row_number() over (
            partition by contract_id, stage
            order by occurred_on asc, is_in_crm desc, event_id asc
        ) = 1

),

final as (

    select * from field_stages
    union all
    select * from event_stages

)

select * from final
