-- One row per posting that is not paid (支払期限): until when the law and the agreement allow it, and
-- whether the date it is heading for is too late. An unknown regime is judged as a strict one.
with postings as (

    select * from {{ ref('int_postings_limited') }}

),

rates as (

    select * from {{ ref('statutory_rates') }}

),

judged as (

    select
        *,
        outstanding_yen > 0 and projected_on > latest_lawful_on as is_breach_projected,
        projected_on - sixty_days_on as late_days
    from postings

),

final as (

    select
        judged.posting_id,
        judged.line_key,
        judged.partner_id,
        judged.statement_id,
        judged.deal_id,
        judged.stage,
        judged.component,
        judged.earn_period,
        judged.amount_yen,
        judged.outstanding_yen,
        judged.payment_status,
        judged.payment_status = 'needs_legal' as needs_legal,
        judged.legal_regime,
        judged.is_strict,
        judged.service_on,
        judged.sixty_days_on,
        judged.two_months_on,
        judged.latest_lawful_on,
        judged.agreed_due_on,
        judged.projected_on,
        cast(judged.latest_lawful_on - judged.business_day as bigint) as days_left,
        coalesce(judged.is_breach_projected, false) as is_breach_projected,
        case
            when judged.is_strict and judged.is_breach_projected and judged.late_days > 0
                then {{ divide_trunc(
                    'cast(judged.outstanding_yen as hugeint) * rates.value * judged.late_days', 365000000
                ) }}
            else 0
        end as late_interest_yen
    from judged
    left join rates
        on
            rates.rate_name = 'late_interest_toriteki'
            and {{ in_force('rates', 'judged.projected_on') }}

)

select * from final
