-- One row per posting that no statement has settled, with its status on the draft (記載区分): payable,
-- held, immature or needs_legal. All open postings of a subject share it, so that a correction
-- never costs other money than its own. Docs: decision 0041.
with postings as (

    select * from {{ ref('int_postings_stated') }}
    where not is_settled

),

subjects as (

    select * from {{ ref('int_subjects_settled') }}

),

partners as (

    select * from {{ ref('stg_crm__partners') }}

),

-- An unknown regime is a strict one.
facts as (

    select
        postings.*,
        subjects.open_yen,
        subjects.is_held,
        subjects.is_matured,
        subjects.settled_yen > 0 as has_settled,
        subjects.open_yen < 0 and subjects.settled_yen > 0 as is_lowering,
        coalesce(partners.legal_regime, 'unknown') <> 'contract_only' and subjects.is_unscheduled
            as is_unlawful_to_net,
        subjects.is_netting_excluded
    from postings
    inner join subjects
        on
            postings.partner_id = subjects.partner_id
            and postings.role = subjects.role
            and postings.component = subjects.component
            and postings.subject = subjects.subject
            and postings.draft_period = subjects.draft_period
    left join partners on postings.partner_id = partners.partner_id

),

final as (

    select
        posting_id,
        line_key,
        partner_id,
        role,
        component,
        subject,
        contract_id,
        stage,
        term_id,
        agreement_id,
        agreement_version,
        earn_period,
        post_period,
        draft_period,
        reason_code,
        amount_yen,
        has_settled,
        case
            when open_yen > 0 and is_held then 'held'
            when open_yen > 0 and not is_matured then 'immature'
            when is_lowering and (is_unlawful_to_net or is_netting_excluded) then 'needs_legal'
            else 'payable'
        end as status
    from facts

)

select * from final
