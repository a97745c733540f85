-- One row per partner, entity and field that is agreed or delivered (データ共有の状況).
-- The next delivery is due one cadence after the last one (or after the agreement's first day), on
-- a Monday to Friday that is no public holiday.
with fields as (

    select * from {{ ref('int_fields_agreed_or_delivered') }}

),

holidays as (

    select * from {{ ref('japanese_holidays') }}

),

night as (

    select * from {{ ref('stg_run__night') }}

),

dated as (

    select
        *,
        {{ next_delivery('cadence', 'greatest(agreed_from, last_delivered_on)') }} as next_on
    from fields

),

-- No run of days off is longer than ten days.
days as (

    select
        dated.partner_id,
        dated.entity,
        dated.field,
        unnest(generate_series(dated.next_on, dated.next_on + 10, interval 1 day)) as open_on
    from dated
    where dated.is_agreed and dated.next_on is not null

),

due as (

    select
        days.partner_id,
        days.entity,
        days.field,
        cast(min(days.open_on) as date) as due_on
    from days
    left join holidays on days.open_on = holidays.holiday_on
    where isodow(days.open_on) <= 5 and holidays.holiday_on is null
    group by days.partner_id, days.entity, days.field

),

final as (

    select
        dated.partner_id,
        dated.entity,
        dated.field,
        case
            when dated.is_agreed and dated.last_delivered_on is null then 'missing'
            when dated.is_agreed then 'delivered'
            when dated.agreed_from is not null then 'ended'
            when dated.field = '(extra)' then 'unknown'
            else 'unagreed'
        end as coverage,
        dated.is_agreed,
        dated.cadence,
        dated.agreed_from,
        dated.agreed_to,
        dated.files_count,
        dated.last_delivered_on,
        dated.rows_count,
        dated.filled_count,
        {{ ratio('dated.filled_count', 'dated.rows_count') }} as fill_rate,
        dated.extra_columns_count,
        due.due_on,
        case
            when due.due_on is not null then greatest(night.business_day - due.due_on, 0)
        end as late_days,
        night.business_day > due.due_on as is_late
    from dated
    cross join night
    left join due
        on
            dated.partner_id = due.partner_id
            and dated.entity = due.entity
            and dated.field = due.field

)

select * from final
