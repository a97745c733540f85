-- One row per posting that a frozen statement pays or a draft names (支払期限), with its clock: the
-- day of the service, the last day by the 60-day count and by the two-month reading, and the
-- day it is heading for.
with lines as (

    select * from {{ ref('partner_statement_lines') }}
    where posting_id is not null and (status = 'payable' or not is_frozen)

),

statements as (

    select * from {{ ref('partner_statements') }}

),

postings as (

    select * from {{ ref('int_postings_stated') }}

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

maturing as (

    select * from {{ ref('int_postings_maturing') }}

),

night as (

    select * from {{ ref('stg_run__night') }}

),

-- Service is the day the line was achieved; one that nothing dates has only its closing date.
facts as (

    select
        lines.*,
        postings.subject_key,
        postings.known_at,
        night.business_day,
        case when lines.is_frozen then 'stated' else lines.status end as payment_status,
        coalesce(partners.legal_regime, 'unknown') as legal_regime,
        coalesce(partners.legal_regime, 'unknown') <> 'contract_only' as is_strict,
        coalesce(lines.achieved_on, services.service_on, agreed.closing_on) as service_on,
        agreed.due_on as agreed_due_on,
        agreed.closing_day is not null and agreed.due_on is not null as has_written_cutoff,
        -- What is not mature is paid with the period that it matures in; NULLs are passed over.
        greatest(statements.due_on, matured.due_on, night.business_day) as projected_on
    from lines
    inner join postings on lines.posting_id = postings.posting_id
    left join statements on lines.statement_id = statements.statement_id
    left join partners on lines.partner_id = partners.partner_id
    left join services
        on
            lines.partner_id = services.partner_id
            and lines.role = services.role
            and lines.component = services.component
            and postings.subject_key = services.subject_key
    left join agreed
        on
            lines.agreement_id = agreed.agreement_id
            and lines.agreement_version = agreed.agreement_version
            and lines.earn_period = agreed.period
    left join maturing on not lines.is_frozen and lines.posting_id = maturing.posting_id
    left join agreed as matured
        on
            maturing.agreement_id = matured.agreement_id
            and maturing.agreement_version = matured.agreement_version
            and maturing.period = matured.period
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
