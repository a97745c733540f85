-- One row per posting that is not paid (支払期限): until when the law and the agreement allow it, and
-- whether the date it is heading for is too late. An unknown regime is judged as a strict one.
with postings as (

    select * from {{ ref('int_postings_unpaid') }}

),

rates as (

    select * from {{ ref('statutory_rates') }}

),

final as (

    select
        postings.posting_id,
        postings.line_key,
        postings.partner_id,
        postings.statement_id,
        postings.deal_id,
        postings.stage,
        postings.component,
        postings.earn_period,
        postings.amount_yen,
        postings.outstanding_yen,
        postings.payment_status,
        postings.payment_status = 'needs_legal' as needs_legal,
        postings.legal_regime,
        postings.is_strict,
        postings.service_on,
        postings.sixty_days_on,
        postings.two_months_on,
        postings.latest_lawful_on,
        postings.agreed_due_on,
        postings.projected_on,
        cast(postings.latest_lawful_on - postings.business_day as bigint) as days_left,
        coalesce(
            postings.outstanding_yen > 0 and postings.projected_on > postings.latest_lawful_on,
            false
        ) as is_breach_projected,
        {{ late_interest(
            'postings', 'postings.outstanding_yen', 'postings.projected_on', 'rates.value'
        ) }} as late_interest_yen
    from postings
    left join rates
        on
            rates.rate_name = 'late_interest_toriteki'
            and {{ in_force('rates', 'postings.projected_on') }}

)

select * from final
