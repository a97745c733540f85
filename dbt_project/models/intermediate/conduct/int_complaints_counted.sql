-- One row per judged contract: verified complaints of a prohibited kind (禁止行為の苦情) about it, and
-- with them those about its partner in the twelve months before. NULL while one is not verified
-- yet.
with judged as (

    select * from {{ ref('int_contracts_judged') }}

),

night as (

    select * from {{ ref('stg_run__night') }}

),

complaints as (

    select
        complaints.*,
        {{ file_row('complaints') }} as source_row
    from {{ ref('stg_crm__complaints') }} as complaints
    inner join night on complaints.received_on <= night.business_day
    where complaints.kind not in ('cooling_off', 'other')

),

about_contract as (

    select
        judged.contract_id,
        complaints.complaint_id,
        complaints.partner_id,
        complaints.received_on,
        complaints.verified
    from judged
    inner join complaints on judged.contract_id = complaints.contract_id

),

verified as (

    select
        about_contract.contract_id,
        count(distinct complaints.complaint_id) as complaint_count,
        {{ join_sorted('complaints.source_row') }} as source_rows
    from about_contract
    inner join complaints
        on
            about_contract.partner_id = complaints.partner_id
            and about_contract.received_on >= complaints.received_on
            and {{ add_months('about_contract.received_on', -12) }} < complaints.received_on
    where about_contract.verified and complaints.verified
    group by about_contract.contract_id

),

pending as (

    select contract_id
    from about_contract
    where verified is null
    group by contract_id

),

final as (

    select
        judged.contract_id,
        case
            when verified.contract_id is not null then cast(verified.complaint_count as bigint)
            when pending.contract_id is null then cast(0 as bigint)
        end as prohibited_act_count,
        verified.source_rows,
        case
            when verified.contract_id is null and pending.contract_id is not null
                then 'verification'
        end as missing_input
    from judged
    left join verified on judged.contract_id = verified.contract_id
    left join pending on judged.contract_id = pending.contract_id

)

select * from final
