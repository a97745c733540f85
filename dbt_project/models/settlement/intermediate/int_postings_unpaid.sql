-- One row per posting that is not paid (未払計上) and either owed to the partner or a lowering
-- that may not be netted: drafts, and what payments left of frozen statements. Outstanding is
-- its part of what the subject has left to pay, whose newest yen are the last to be taken back.
with postings as (

    select * from {{ ref('int_postings_limited') }}

),

queued as (

    select * from {{ ref('int_postings_queued') }}

),

unsettled as (

    select
        postings.*,
        case when postings.is_frozen then queued.unpaid_yen else postings.amount_yen end
            as unpaid_yen
    from postings
    left join queued on postings.posting_id = queued.posting_id
    where not postings.is_frozen or queued.unpaid_yen > 0

),

netted as (

    select
        *,
        coalesce(sum(
            case when payment_status <> 'needs_legal' then unpaid_yen end
        ) over subjects, 0) as net_yen,
        coalesce(sum(greatest(unpaid_yen, 0)) over newer, 0) as newer_yen
    from unsettled
    window
        subjects as (partition by partner_id, role, component, subject_key),
        newer as (
            partition by partner_id, role, component, subject_key
            order by known_at desc, posting_id desc
            rows between unbounded preceding and 1 preceding
        )

),

weighed as (

    select
        *,
        greatest(least(unpaid_yen, net_yen - newer_yen), 0) as outstanding_yen
    from netted

),

final as (

    select
        posting_id,
        line_key,
        partner_id,
        statement_id,
        role,
        component,
        subject_key,
        deal_id,
        stage,
        earn_period,
        payment_status,
        amount_yen,
        cast(outstanding_yen as bigint) as outstanding_yen,
        legal_regime,
        is_strict,
        service_on,
        sixty_days_on,
        two_months_on,
        latest_lawful_on,
        agreed_due_on,
        projected_on,
        business_day
    from weighed
    where outstanding_yen > 0 or payment_status = 'needs_legal'

)

select * from final
