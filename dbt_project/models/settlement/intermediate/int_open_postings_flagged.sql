-- One row per posting that no statement has settled (未精算計上) with what may stop it: whether its line
-- is held or immature, and, where it lowers, whether term, clause, agreement or a decision provide
-- for that.
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

-- Forfeited lines that no clause of the agreement provides for.
unwritten as (

    select
        {{ line_subject('lines') }} as subject,
        lines.term_id
    from {{ ref('int_commission_lines') }} as lines
    inner join {{ ref('int_events_forfeited') }} as forfeits
        on lines.funnel_event_id = forfeits.funnel_event_id
    where not forfeits.is_written
    group by all

),

-- Two persons have said that this posting may be netted all the same (0043).
allowed as (

    select substr(flag_id, length({{ legal_flag_prefix() }}) + 1) as posting_id
    from {{ ref('decision_effects') }}
    where
        starts_with(flag_id, {{ legal_flag_prefix() }})
        and money_action = 'claw_back'
        and effect = 'effective'
    group by flag_id

),

final as (

    select
        postings.posting_id,
        postings.partner_id,
        postings.role,
        postings.component,
        postings.subject_key,
        postings.draft_period,
        postings.amount_yen,
        coalesce(availability.is_held, false) as is_held,
        coalesce(availability.is_matured, true) as is_matured,
        postings.amount_yen < 0
        and allowed.posting_id is null
        and not (
            (postings.reason_code = 'forfeited' and unwritten.subject is null)
            or (
                coalesce(terms.clawback_method, 'none') <> 'none'
                and (
                    postings.reason_code = 'cancelled'
                    or (postings.component <> 'base' and postings.reason_code <> 'repriced')
                )
            )
        ) as is_unscheduled,
        postings.amount_yen < 0
        and allowed.posting_id is null
        and coalesce(not agreements.clawback_netting_allowed, false) as is_netting_excluded
    from postings
    left join availability on postings.line_key = availability.line_key
    left join terms on postings.term_id = terms.term_id
    left join allowed on postings.posting_id = allowed.posting_id
    left join unwritten
        on postings.subject = unwritten.subject and postings.term_id = unwritten.term_id
    left join agreements
        on
            postings.agreement_id = agreements.agreement_id
            and postings.agreement_version = agreements.version

)

select * from final
