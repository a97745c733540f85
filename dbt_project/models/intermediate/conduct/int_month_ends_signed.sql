-- One row per signed contract of a partner in the CRM: whether it was signed on or after the third
-- last business day (営業日) of its month, and whether it was cancelled within 180 days, NULL until
-- these are over.
with contracts as (

    select * from {{ ref('int_contracts_united') }}
    where channel = 'partner' and partner_id is not null and is_in_crm

),

cancellations as (

    select * from {{ ref('int_cancellations') }}

),

holidays as (

    select holiday_on from {{ ref('japanese_holidays') }}
    where {{ days_since_monday('holiday_on') }} % 7 between 1 and 5

),

night as (

    select * from {{ ref('stg_run__night') }}

),

signed as (

    select
        contracts.contract_id,
        contracts.partner_id,
        coalesce(contracts.product_id, '') as product_id,
        contracts.contracted_on,
        {{ file_row('contracts') }} as source_row,
        case
            when {{ add_days('contracts.contracted_on', 180) }} <= night.business_day
                then coalesce(
                    cancellations.cancelled_on <= {{ add_days('contracts.contracted_on', 180) }},
                    false
                )
        end as is_cancelled
    from contracts
    inner join night on contracts.contracted_on <= night.business_day
    left join cancellations on contracts.contract_id = cancellations.contract_id

),

days as (

    select contracted_on
    from signed
    group by contracted_on

),

holidays_left as (

    select
        days.contracted_on,
        count(*) as holiday_count
    from days
    inner join holidays
        on
            days.contracted_on < holidays.holiday_on
            and last_day(days.contracted_on) >= holidays.holiday_on
    group by days.contracted_on

),

final as (

    select
        signed.contract_id,
        signed.partner_id,
        signed.product_id,
        signed.contracted_on,
        signed.source_row,
        signed.is_cancelled,
        {{ weekdays_after('signed.contracted_on', 'last_day(signed.contracted_on)') }}
        - coalesce(holidays_left.holiday_count, 0) <= 2 as is_at_month_end
    from signed
    left join holidays_left on signed.contracted_on = holidays_left.contracted_on

)

select * from final
