-- One row per unpaid posting with its clock (支払期限): the day of the service, the last day by the
-- 60-day count and by the two-month reading, and the day it is heading for.
with postings as (

    select * from {{ ref('int_postings_unpaid') }}

),

partners as (

    select * from {{ ref('stg_crm__partners') }}

),

services as (

    select * from {{ ref('int_services_dated') }}

),

agreed as (

    select * from {{ ref('int_due_dates_agreed') }}

),

night as (

    select * from {{ ref('stg_run__night') }}

),

-- Service is the day the line was achieved; one that nothing dates has only its closing date.
facts as (

    select
        postings.*,
        night.business_day,
        coalesce(partners.legal_regime, 'unknown') as legal_regime,
        coalesce(partners.legal_regime, 'unknown') <> 'contract_only' as is_strict,
        coalesce(postings.achieved_on, services.service_on, agreed.closing_on) as service_on,
        agreed.due_on as agreed_due_on,
        agreed.closing_day is not null and agreed.due_on is not null as has_written_cutoff,
        greatest(
            coalesce(postings.statement_due_on, night.business_day), night.business_day
        ) as projected_on
    from postings
    left join partners on postings.partner_id = partners.partner_id
    left join services
        on
            postings.partner_id = services.partner_id
            and postings.role = services.role
            and postings.component = services.component
            and postings.subject = services.subject
    left join agreed
        on
            postings.agreement_id = agreed.agreement_id
            and postings.agreement_version = agreed.agreement_version
            and postings.earn_period = agreed.period
    cross join night

),

limited as (

    select
        *,
        {{ sixtieth_day('service_on') }} as sixty_days_on,
        case when has_written_cutoff then {{ two_months_on('service_on') }} end as two_months_on
    from facts

),

-- Without an agreed due date the law takes the day of the service.
final as (

    select
        *,
        case
            when not is_strict then agreed_due_on
            when agreed_due_on is null then service_on
            else greatest(sixty_days_on, coalesce(two_months_on, sixty_days_on))
        end as latest_lawful_on
    from limited

)

select * from final
