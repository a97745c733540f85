-- One row per contract that a partner's file tells of (申告契約): whether it disagrees with the
-- CRM, and whether commission was posted for it. A file older than the CRM's row could not know
-- it, a field that it leaves empty differs from nothing, and the CRM has 30 days to enter what
-- it is told.
with uploaded as (

    select * from {{ ref('stg_uploads__contracts') }}

),

contract_keys as (

    select * from {{ ref('int_contract_keys') }}

),

crm_contracts as (

    select * from {{ ref('stg_crm__contracts') }}

),

cancellations as (

    select * from {{ ref('int_cancellations') }}

),

postings as (

    select * from {{ ref('stg_ledger__postings_before') }}

),

night as (

    select * from {{ ref('stg_run__night') }}

),

paid as (

    select contract_id
    from postings
    where contract_id is not null
    group by contract_id
    having sum(amount_yen) <> 0

),

final as (

    select
        uploaded.uploader_id as partner_id,
        contract_keys.contract_id,
        paid.contract_id is not null as is_paid,
        {{ file_row('uploaded') }} as source_row,
        case
            when crm_contracts.contract_id is null
                then night.business_day > {{ add_days(business_day('uploaded.known_at'), 30) }}
            when uploaded.known_at < coalesce(crm_contracts.updated_at, crm_contracts.known_at)
                then false
            else
                coalesce(uploaded.partner_id <> crm_contracts.partner_id, false)
                or coalesce(uploaded.contracted_on <> crm_contracts.contracted_on, false)
                or coalesce(uploaded.starts_on <> crm_contracts.starts_on, false)
                or (
                    uploaded.cancelled_on is not null
                    and uploaded.cancelled_on is distinct from coalesce(
                        crm_contracts.cancelled_on, cancellations.cancelled_on
                    )
                )
                or coalesce(uploaded.initial_yen <> crm_contracts.initial_yen, false)
                or coalesce(uploaded.monthly_yen <> crm_contracts.monthly_yen, false)
                or coalesce(uploaded.term_months <> crm_contracts.term_months, false)
        end as is_different
    from uploaded
    cross join night
    inner join contract_keys
        on
            uploaded.uploader_id = contract_keys.scope_id
            and uploaded.contract_id = contract_keys.record_id
    left join crm_contracts on contract_keys.contract_id = crm_contracts.contract_id
    left join cancellations on contract_keys.contract_id = cancellations.contract_id
    left join paid on contract_keys.contract_id = paid.contract_id

)

select * from final
