-- One row per posting that no statement has settled (未精算計上) with what may stop it: whether its line
-- is held or immature, and, where it lowers, whether term, clause or agreement provide for that.
with postings as (

    select * from {{ ref('int_postings_stated') }}
    where not is_settled

),

availability as (

    select * from {{ ref('fct_commission_availability') }}

),

terms as (

    select * from {{ ref('int_commission_terms_prepared') }}

),

agreements as (

    select * from {{ ref('stg_crm__agreements') }}

),

final as (

    select
        postings.posting_id,
        postings.partner_id,
        postings.role,
        postings.component,
        postings.subject,
        postings.draft_period,
        postings.amount_yen,
        coalesce(availability.is_held, false) as is_held,
        coalesce(availability.is_matured, true) as is_matured,
        postings.amount_yen < 0
        and not (
            postings.reason_code = 'forfeited'
            or (
                coalesce(terms.clawback_method, 'none') <> 'none'
                and (
                    postings.reason_code = 'cancelled'
                    or (postings.component <> 'base' and postings.reason_code <> 'repriced')
                )
            )
        ) as is_unscheduled,
        postings.amount_yen < 0
        and coalesce(not agreements.clawback_netting_allowed, false) as is_netting_excluded
    from postings
    left join availability on postings.line_key = availability.line_key
    left join terms on postings.term_id = terms.term_id
    left join agreements
        on
            postings.agreement_id = agreements.agreement_id
            and postings.agreement_version = agreements.version

)

select * from final
