-- One row per posting of a line of a window (集計期間), base lines by the period that earned them, with
-- its own status on the draft; settled ones are payable.
with postings as (

    select * from {{ ref('int_postings_stated') }}

),

terms as (

    select * from {{ ref('int_commission_terms_prepared') }}
    where has_tiers or cap_window_yen is not null

),

subjects as (

    select * from {{ ref('int_subjects_judged') }}

),

final as (

    select
        postings.posting_id,
        postings.term_id,
        case postings.component
            when 'base' then {{ window_label('postings.earn_period', 'terms.window_kind') }}
            else postings.subject
        end as window_label,
        postings.component,
        postings.draft_period,
        postings.is_settled,
        postings.reason_code,
        postings.amount_yen,
        coalesce(subjects.is_barred, false) as is_barred,
        coalesce(subjects.status, 'payable') as status
    from postings
    inner join terms on postings.term_id = terms.term_id
    left join subjects
        on
            postings.partner_id = subjects.partner_id
            and postings.role = subjects.role
            and postings.component = subjects.component
            and postings.subject_key = subjects.subject_key
            and postings.draft_period = subjects.draft_period
    where postings.component in ('base', 'uplift', 'cap')

)

select * from final
