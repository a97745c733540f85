-- One row per signed contract of a partner in the CRM: how long it lasted (継続). One that was
-- cancelled by the day it started was entered by mistake and is left out; one that ended on the
-- last day of its term was not cancelled early.
with contracts as (

    select * from {{ ref('int_contracts_united') }}
    where channel = 'partner' and partner_id is not null and is_in_crm

),

cancellations as (

    select * from {{ ref('int_cancellations') }}

),

night as (

    select * from {{ ref('stg_run__night') }}

),

dated as (

    select
        contracts.contract_id,
        contracts.partner_id,
        contracts.customer_id,
        coalesce(contracts.product_id, '') as product_id,
        contracts.contracted_on,
        coalesce(contracts.starts_on, contracts.contracted_on) as starts_on,
        contracts.term_months,
        {{ add_months(
            'coalesce(contracts.starts_on, contracts.contracted_on)', 'contracts.term_months'
        ) }} as term_ends_on,
        cancellations.cancelled_on,
        night.business_day,
        {{ file_row('contracts') }} as source_row
    from contracts
    inner join night on contracts.contracted_on <= night.business_day
    left join cancellations on contracts.contract_id = cancellations.contract_id

),

final as (

    select
        *,
        coalesce(
            cancelled_on between {{ add_days('term_ends_on', -1) }} and term_ends_on, false
        ) as is_ended_with_term
    from dated
    where cancelled_on is null or cancelled_on > starts_on

)

select * from final
