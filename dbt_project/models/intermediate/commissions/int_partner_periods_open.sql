-- One row per partner with a closed period × period in which an agreement may stand tonight: that
-- period, or the first later one that is not closed (計上先の月).
with closed as (

    select * from {{ ref('int_partner_periods_closed') }}

),

agreements as (

    select * from {{ ref('stg_crm__agreement_closing_days') }}

),

night as (

    select * from {{ ref('stg_run__night') }}

),

-- The month is the period of an agreement without a closing day.
current_periods as (

    select {{ closing_period('night.business_day', 'agreements.closing_day') }} as current_period
    from agreements
    cross join night
    union
    select {{ year_month('business_day') }} as current_period
    from night

),

-- Nobody closes ten years ahead; a posting without a period fails the contract of postings_due.
later_months as (

    select
        current_period,
        {{ counted_rows(120) }} as months_later
    from current_periods

),

later_periods as (

    select
        current_period,
        {{ period_after('current_period', 'months_later') }} as period
    from later_months

),

partners as (

    select partner_id
    from closed
    group by partner_id

),

final as (

    select
        partners.partner_id,
        later_periods.current_period,
        min(later_periods.period) as period
    from partners
    cross join later_periods
    left join closed
        on partners.partner_id = closed.partner_id and later_periods.period = closed.period
    where closed.period is null
    group by partners.partner_id, later_periods.current_period

)

select * from final
