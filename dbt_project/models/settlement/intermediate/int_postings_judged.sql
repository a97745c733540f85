-- One row per posting that no statement has settled, with its status on the draft (記載区分): payable,
-- held, immature or needs_legal. All open postings of a subject share it, so that a correction
-- never costs other money than its own; a window's line waits with the lines that moved it.
-- Docs: decision 0041.
with postings as (

    select * from {{ ref('int_postings_stated') }}
    where not is_settled

),

subjects as (

    select * from {{ ref('int_subjects_judged') }}

),

caps as (

    select * from {{ ref('int_caps_waiting') }}

),

uplifts as (

    select * from {{ ref('int_uplifts_waiting') }}

),

final as (

    select
        postings.posting_id,
        postings.line_key,
        postings.partner_id,
        postings.role,
        postings.component,
        postings.contract_id,
        postings.stage,
        postings.term_id,
        postings.agreement_id,
        postings.agreement_version,
        postings.earn_period,
        postings.post_period,
        postings.draft_period,
        postings.reason_code,
        postings.amount_yen,
        subjects.settled_yen > 0 as has_settled,
        case
            when subjects.status in ('held', 'immature') then subjects.status
            else coalesce(caps.waits_for, uplifts.waits_for, subjects.status)
        end as status
    from postings
    inner join subjects
        on
            postings.partner_id = subjects.partner_id
            and postings.role = subjects.role
            and postings.component = subjects.component
            and postings.subject_key = subjects.subject_key
            and postings.draft_period = subjects.draft_period
    left join caps
        on
            postings.component = 'cap'
            and postings.term_id = caps.term_id
            and postings.subject = caps.window_label
            and postings.draft_period = caps.draft_period
            and (postings.amount_yen > 0) = caps.is_rise
    left join uplifts
        on
            postings.component = 'uplift'
            and postings.term_id = uplifts.term_id
            and postings.subject = uplifts.window_label
            and postings.draft_period = uplifts.draft_period

)

select * from final
