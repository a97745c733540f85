-- One row per contract of a partner (三者照合): what its file says against the CRM, field by field, and
-- the fees that are overdue. A field that the file leaves empty differs from nothing.
with contracts as (

    select * from {{ ref('int_contracts_united') }}
    where channel = 'partner'

),

told as (

    select * from {{ ref('int_contracts_told') }}

),

collections as (

    select * from {{ ref('stg_crm__collections') }}

),

night as (

    select * from {{ ref('stg_run__night') }}

),

overdue as (

    select
        collections.contract_id,
        {{ yen_where('amount_yen > 0') }} as uncollected_yen
    from collections
    inner join night on collections.due_on < night.business_day
    where collections.collected_on is null or collections.collected_on > night.business_day
    group by collections.contract_id

),

final as (

    select
        contracts.contract_id,
        contracts.partner_id,
        told.partner_id as told_partner_id,
        contracts.is_in_crm,
        told.contract_id is not null as is_told,
        {{ first_year_yen('contracts') }} as crm_yen,
        coalesce(told.initial_yen, contracts.initial_yen, 0)
        + coalesce(told.monthly_yen, contracts.monthly_yen, 0)
        * least(12, coalesce(told.term_months, contracts.term_months, 12)) as told_yen,
        coalesce(overdue.uncollected_yen, 0) as uncollected_yen,
        coalesce(told.partner_id <> contracts.partner_id, false) as is_partner_different,
        coalesce(told.initial_yen <> coalesce(contracts.initial_yen, 0), false)
        or coalesce(told.monthly_yen <> coalesce(contracts.monthly_yen, 0), false)
        or coalesce(told.term_months <> contracts.term_months, false) as is_amount_different,
        coalesce(told.contracted_on <> contracts.contracted_on, false)
        or coalesce(told.starts_on <> contracts.starts_on, false)
        or coalesce(told.cancelled_on <> contracts.cancelled_on, false) as is_date_different,
        coalesce(told.is_state_told, false)
        and told.is_cancelled <> (contracts.cancelled_on is not null) as is_state_different
    from contracts
    left join told on contracts.contract_id = told.contract_id
    left join overdue on contracts.contract_id = overdue.contract_id

)

select * from final
