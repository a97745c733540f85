-- One row per agreement version × closing period that a posting names: its closing date (締日) and
-- the agreed due date (支払期日), moved off bank holidays. NULL where the agreement names none.
with postings as (

    select * from {{ ref('int_postings_stated') }}

),

maturing as (

    select * from {{ ref('int_postings_maturing') }}

),

agreements as (

    select * from {{ ref('stg_crm__agreements') }}

),

bank_days as (

    select * from {{ ref('int_bank_days') }}

),

periods as (

    select
        agreement_id,
        agreement_version,
        earn_period as period
    from postings
    union
    select
        agreement_id,
        agreement_version,
        post_period as period
    from postings
    union
    select
        agreement_id,
        agreement_version,
        draft_period as period
    from postings
    where draft_period is not null
    union
    select
        agreement_id,
        agreement_version,
        period
    from maturing

),

starts as (

    select
        periods.*,
        agreements.closing_day,
        agreements.payment_day,
        agreements.holiday_shift,
        {{ period_start('periods.period') }} as starts_on,
        {{ add_months(period_start('periods.period'), 'agreements.payment_month_offset') }}
            as pays_from
    from periods
    inner join agreements
        on
            periods.agreement_id = agreements.agreement_id
            and periods.agreement_version = agreements.version

),

planned as (

    select
        *,
        {{ day_of_month('starts_on', 'coalesce(closing_day, 31)') }} as closing_on,
        case when pays_from is not null then {{ day_of_month('pays_from', 'payment_day') }} end
            as planned_on
    from starts

),

-- The next day needs a written agreement, so the day before is what an empty one means.
final as (

    select
        planned.agreement_id,
        planned.agreement_version,
        planned.period,
        planned.closing_day,
        planned.closing_on,
        case
            when planned.holiday_shift = 'next' then bank_days.next_on else bank_days.previous_on
        end as due_on
    from planned
    left join bank_days on planned.planned_on = bank_days.day_on

)

select * from final
