-- One row per subject with postings that no statement has settled × draft period, with its own
-- status on that draft (記載区分): payable, held, immature or needs_legal. Barred is a lowering that
-- may not be netted with what is settled.
with subjects as (

    select * from {{ ref('int_subjects_settled') }}

),

partners as (

    select * from {{ ref('stg_crm__partners') }}

),

-- An unknown regime is a strict one.
facts as (

    select
        subjects.*,
        subjects.open_yen < 0 and subjects.settled_yen > 0 as is_lowering,
        (
            coalesce(partners.legal_regime, 'unknown') <> 'contract_only'
            and subjects.is_unscheduled
        )
        or subjects.is_netting_excluded as is_barred
    from subjects
    left join partners on subjects.partner_id = partners.partner_id

),

judged as (

    select
        *,
        case
            when open_yen > 0 and is_held then 'held'
            when open_yen > 0 and not is_matured then 'immature'
            when is_lowering and is_barred then 'needs_legal'
            else 'payable'
        end as own_status
    from facts

),

-- What rises and falls over several open periods waits as a whole while any part of it waits:
-- apart, a rise would be paid while the law keeps the cut.
final as (

    select
        partner_id,
        role,
        component,
        subject_key,
        draft_period,
        settled_yen,
        open_yen,
        is_barred,
        case
            when own_status = 'payable'
                then coalesce(
                    max(nullif(own_status, 'payable')) over (
                        partition by partner_id, role, component, subject_key
                    ),
                    'payable'
                )
            else own_status
        end as status
    from judged

)

select * from final
