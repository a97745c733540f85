-- One row per partner lead that the CRM accepted: the first day that a contract of it was agreed,
-- and signed, up to the business day (リードの転換), and whether it is old enough to have come that far.
-- A lead that nobody accepted yet, or that was rejected, could not convert.
with leads as (

    select * from {{ ref('fct_leads') }}
    where channel = 'partner' and partner_id is not null and is_accepted

),

contracts as (

    select * from {{ ref('fct_contracts') }}
    where is_in_crm

),

night as (

    select * from {{ ref('stg_run__night') }}

),

maturities as (

    select
        max(maturity_days) filter (where stage = 'agreement') as agreement_days,
        max(maturity_days) filter (where stage = 'contract') as contract_days
    from {{ ref('stages') }}

),

converted as (

    select
        contracts.lead_id,
        min(least(contracts.agreed_on, contracts.contracted_on)) filter (
            where least(contracts.agreed_on, contracts.contracted_on) <= night.business_day
        ) as agreed_on,
        min(contracts.contracted_on) filter (where contracts.is_contracted) as contracted_on
    from contracts
    cross join night
    where contracts.lead_id is not null
    group by contracts.lead_id

),

final as (

    select
        leads.lead_id,
        leads.partner_id,
        coalesce(leads.product_id, '') as product_id,
        leads.registered_on,
        converted.agreed_on,
        converted.contracted_on,
        {{ add_days('leads.registered_on', 'maturities.agreement_days') }} <= night.business_day
            as is_old_for_agreement,
        {{ add_days('leads.registered_on', 'maturities.contract_days') }} <= night.business_day
            as is_old_for_contract,
        {{ file_row('leads') }} as source_row
    from leads
    cross join night
    cross join maturities
    left join converted on leads.lead_id = converted.lead_id

)

select * from final
