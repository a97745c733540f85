-- One row per contract that partners' files tell of (申告契約): what the latest row of any uploader
-- says, and of which partner.
with uploaded as (

    select * from {{ ref('stg_uploads__contracts') }}

),

contract_keys as (

    select * from {{ ref('int_contract_keys') }}

),

ranked as (

    select
        contract_keys.contract_id,
        contract_keys.matched_by,
        coalesce(uploaded.partner_id, uploaded.uploader_id) as partner_id,
        uploaded.contracted_on,
        uploaded.starts_on,
        uploaded.cancelled_on,
        uploaded.contract_status,
        uploaded.initial_yen,
        uploaded.monthly_yen,
        uploaded.term_months,
        row_number() over (
            partition by contract_keys.contract_id
            order by uploaded.known_at desc, uploaded.uploader_id asc, uploaded.contract_id asc
        ) as recency
    from uploaded
    inner join contract_keys
        on
            uploaded.uploader_id = contract_keys.scope_id
            and uploaded.contract_id = contract_keys.record_id

),

final as (

    select
        contract_id,
        matched_by,
        partner_id,
        contracted_on,
        starts_on,
        cancelled_on,
        initial_yen,
        monthly_yen,
        term_months,
        cancelled_on is not null or coalesce(contract_status = 'cancelled', false) as is_cancelled,
        cancelled_on is not null or contract_status is not null as is_state_told
    from ranked
    where recency = 1

)

select * from final
