-- One row per partner and month, from its first day or first fact to the business day's month.
with partners as (

    select * from {{ ref('stg_crm__partners') }}

),

events as (

    select * from {{ ref('int_funnel_events_streamed') }}

),

leads as (

    select * from {{ ref('int_leads_united') }}

),

night as (

    select * from {{ ref('stg_run__night') }}

),

-- A partner that only deals name is kept: dropping it would lose its figures.
days as (

    select
        partners.partner_id,
        coalesce(partners.joined_on, night.business_day) as first_on
    from partners
    cross join night
    union all
    select
        partner_id,
        min(occurred_on) as first_on
    from events
    where partner_id is not null
    group by partner_id
    union all
    select
        partner_id,
        min(least(registered_on, meeting_on)) as first_on
    from leads
    where partner_id is not null
    group by partner_id

),

starts as (

    select
        partner_id,
        min(first_on) as first_on
    from days
    group by partner_id

),

final as (

    select
        starts.partner_id,
        cast(months.month as date) as month,
        last_day(cast(months.month as date)) as month_end,
        last_day(cast(months.month as date)) <= night.business_day as is_complete,
        least(last_day(cast(months.month as date)), night.business_day) as counted_to
    from starts
    cross join night
    cross join lateral unnest(
        generate_series(
            cast({{ month_of('starts.first_on') }} as timestamp),
            cast(night.business_day as timestamp),
            interval 1 month
        )
    ) as months (month)

)

select * from final
