-- One row per event of a contract: the CRM's events, and partners' events that the CRM does not
-- have (same contract, stage and day, or the CRM's own event id, is the same event).
with crm_events as (

    select * from {{ ref('stg_crm__contract_events') }}

),

uploaded as (

    select * from {{ ref('stg_uploads__contract_events') }}

),

keys as (

    select * from {{ ref('int_contract_keys') }}

),

-- A partner and its sub-agent may both send one event: only the first uploader's stays.
claims as (

    select
        uploaded.uploader_id || ':' || uploaded.event_id as event_id,
        uploaded.event_id as stated_id,
        keys.contract_id,
        {{ contract_event_columns('uploaded') }}
    from uploaded
    inner join keys
        on uploaded.uploader_id = keys.scope_id and uploaded.contract_id = keys.record_id
    qualify
        uploaded.uploader_id = first_value(uploaded.uploader_id) over (
            partition by keys.contract_id, uploaded.stage, uploaded.occurred_on
            order by uploaded.known_at, uploaded.uploader_id
        )

),

claimed_days as (

    select
        contract_id,
        stage,
        occurred_on
    from claims
    group by contract_id, stage, occurred_on

),

from_crm as (

    select
        crm_events.event_id,
        case when claimed_days.contract_id is null then 'crm' else 'both' end as door,
        true as is_in_crm,
        crm_events.contract_id,
        {{ contract_event_columns('crm_events') }}
    from crm_events
    left join claimed_days
        on
            crm_events.contract_id = claimed_days.contract_id
            and crm_events.stage = claimed_days.stage
            and crm_events.occurred_on = claimed_days.occurred_on

),

from_partner as (

    select
        claims.event_id,
        'partner' as door,
        false as is_in_crm,
        claims.contract_id,
        {{ contract_event_columns('claims') }}
    from claims
    anti join crm_events
        on
            claims.contract_id = crm_events.contract_id
            and claims.stage = crm_events.stage
            and claims.occurred_on = crm_events.occurred_on
    anti join crm_events as same_ids
        on claims.contract_id = same_ids.contract_id and claims.stated_id = same_ids.event_id

),

final as (

    select * from from_crm
    union all
    select * from from_partner

)

select * from final
