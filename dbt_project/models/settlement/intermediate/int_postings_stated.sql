-- One row per posting with where it stands (記載状況): settled once a frozen statement names it
-- payable, else in the draft of its own period, or, that being closed, of the first period after
-- the partner's last close.
with postings as (

    select * from {{ ref('fct_commission_ledger') }}

),

subjects as (

    select * from {{ ref('int_subjects_named') }}

),

closed as (

    select * from {{ ref('int_partner_periods_closed') }}

),

frozen_lines as (

    select * from {{ ref('stg_ledger__statement_lines') }}

),

settled as (

    select posting_id from frozen_lines
    where status = 'payable'
    group by posting_id

),

next_periods as (

    select
        partner_id,
        {{ period_after('max(period)', 1) }} as period
    from closed
    group by partner_id

),

final as (

    select
        postings.posting_id,
        postings.line_key,
        postings.partner_id,
        postings.role,
        postings.component,
        postings.subject,
        subjects.subject_key,
        postings.contract_id,
        postings.stage,
        postings.term_id,
        postings.agreement_id,
        postings.agreement_version,
        postings.earn_period,
        postings.post_period,
        postings.reason_code,
        postings.amount_yen,
        postings.known_at,
        settled.posting_id is not null as is_settled,
        case
            when settled.posting_id is not null then null
            when closed.period is not null then next_periods.period
            else postings.post_period
        end as draft_period
    from postings
    inner join subjects on postings.line_key = subjects.line_key
    left join settled on postings.posting_id = settled.posting_id
    left join closed
        on postings.partner_id = closed.partner_id and postings.post_period = closed.period
    left join next_periods on postings.partner_id = next_periods.partner_id

)

select * from final
