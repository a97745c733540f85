-- One row per contract × day on which somebody saw that it lives (利用実績): a first use, an
-- onboarding or a later stage, or a collected fee, up to tonight. Whether a customer uses a
-- product is what the vendor sees; the stages that count from either door may also come from a
-- partner's file.
with events as (

    select * from {{ ref('int_contract_events_united') }}

),

fees as (

    select * from {{ ref('int_fees_collected') }}

),

night as (

    select * from {{ ref('stg_run__night') }}

),

final as (

    select
        events.contract_id,
        events.occurred_on as seen_on
    from events
    inner join night on events.occurred_on <= night.business_day
    where
        events.stage in ('onboarding', 'customer_success')
        or (events.is_in_crm and events.stage in ('first_use', 'renewal', 'upsell'))
    union all
    select
        contract_id,
        collected_on as seen_on
    from fees
    where collected_on is not null

)

select * from final
