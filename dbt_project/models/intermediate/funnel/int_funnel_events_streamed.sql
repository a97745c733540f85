-- One row per thing that happened to a deal up to the business day: the one funnel event stream.
with night as (

    select * from {{ ref('stg_run__night') }}

),

leads as (

    select * from {{ ref('int_leads_united') }}

),

contracts as (

    select * from {{ ref('int_contracts_united') }}

),

stages as (

    select * from {{ ref('int_contract_stages_dated') }}

),

evidence as (

    select * from {{ ref('int_evidence_kinds_listed') }}

),

-- A lead counts from its first arrival at either door, unless the CRM rejects it.
lead_events as (

    select
        'lead:' || lead_id as funnel_event_id,
        lead_id as deal_id,
        lead_id,
        cast(null as string) as contract_id,
        'lead' as stage,
        registered_on as occurred_on,
        channel,
        partner_id,
        rep_id,
        product_id,
        customer_id,
        prefecture,
        cast(0 as bigint) as amount_yen,
        cast(null as bigint) as initial_yen,
        cast(null as bigint) as monthly_yen,
        cast(null as bigint) as term_months,
        cast(null as string) as evidence,
        door as source,
        true as is_confirmed,
        cast(null as string) as event_id,
        known_at,
        file_sha256,
        row_number
    from leads
    where lead_status is distinct from 'rejected'

),

-- Onboarding and customer success may come from either door; all else once the CRM has it, and
-- nothing of a contract that the CRM does not know (DOMAIN §3).
contract_events as (

    select
        stages.stage || ':' || case
            when stages.stage in ('agreement', 'contract', 'onboarding', 'customer_success')
                then stages.contract_id
            else coalesce(stages.event_id, stages.contract_id || ':field')
        end as funnel_event_id,
        contracts.deal_id,
        contracts.lead_id,
        stages.contract_id,
        stages.stage,
        stages.occurred_on,
        contracts.channel,
        contracts.partner_id,
        contracts.rep_id,
        coalesce(stages.product_id, contracts.product_id) as product_id,
        contracts.customer_id,
        contracts.prefecture,
        stages.amount_yen,
        contracts.initial_yen,
        coalesce(stages.monthly_yen, contracts.monthly_yen) as monthly_yen,
        coalesce(stages.term_months, contracts.term_months) as term_months,
        evidence.evidence,
        stages.door as source,
        contracts.is_in_crm and (
            stages.is_in_crm or stages.stage in ('onboarding', 'customer_success')
        ) as is_confirmed,
        stages.event_id,
        stages.known_at,
        stages.file_sha256,
        stages.row_number
    from stages
    inner join contracts
        on stages.contract_id = contracts.contract_id
    left join evidence
        on stages.contract_id = evidence.contract_id

),

final as (

    select lead_events.*
    from lead_events
    inner join night
        on lead_events.occurred_on <= night.business_day
    union all
    select contract_events.*
    from contract_events
    inner join night
        on contract_events.occurred_on <= night.business_day

)

select * from final
